import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deleteRun, restoreRun } from "../../../api/mlflow";
import { texts } from "../../../lib/texts";
import { pages } from "../../../lib/urls";
import { MOST } from "../../compare/view";
import { useMay } from "../../workspaces/rights";
import type { RunRow } from "../table/row";
import { BulkDialog } from "./BulkDialog";
import { RenameDialog } from "./RenameDialog";
import { TagDialog } from "./TagDialog";
import { useChanged } from "./useChanged";

interface SelectionProps {
  experimentId: string;
  ids: string[];
  /** Those of them that are loaded. */
  rowsOf: () => RunRow[];
  /** Whether deleted runs are shown. */
  deleted: boolean;
  onSelected: (ids: Set<string>) => void;
}

type Act = "tag" | "rename" | "delete" | "restore";

/** How many runs are selected, and what can be done with them. */
export function Selection({ experimentId, ids, rowsOf, deleted, onSelected }: SelectionProps) {
  const navigate = useNavigate();
  const mayWrite = useMay("run:write");
  const [act, setAct] = useState<Act | null>(null);
  const compare = () => void navigate({ to: pages.compare, params: { experimentId }, search: { runs: ids } });
  const none = ids.length === 0;
  return (
    <div className="selection">
      <Button disabled={ids.length < 2 || ids.length > MOST} onClick={compare}>
        {texts.compare}
      </Button>
      {mayWrite && !deleted && !none && (
        <>
          <Button onClick={() => setAct("tag")}>{texts.table.tag}</Button>
          <Button disabled={ids.length !== 1} onClick={() => setAct("rename")}>
            {texts.table.rename}
          </Button>
          <Button onClick={() => setAct("delete")}>{texts.table.delete}</Button>
        </>
      )}
      {mayWrite && deleted && !none && <Button onClick={() => setAct("restore")}>{texts.table.restore}</Button>}
      <span className="soft" role="status">
        {!none && texts.selected(ids.length)} {ids.length > MOST && texts.compareMost(MOST)}
      </span>
      {!none && (
        <Button appearance="subtle" size="small" onClick={() => onSelected(new Set())}>
          {texts.unselect}
        </Button>
      )}
      {act && (
        <ActDialog
          act={act}
          experimentId={experimentId}
          ids={ids}
          rowsOf={rowsOf}
          onSelected={onSelected}
          onClose={() => setAct(null)}
        />
      )}
    </div>
  );
}

interface ActDialogProps extends Omit<SelectionProps, "deleted"> {
  act: Act;
  onClose: () => void;
}

function ActDialog({ act, experimentId, ids, rowsOf, onSelected, onClose }: ActDialogProps) {
  // What is selected as the dialog opens, as runs that are done with leave the selection.
  const [chosen] = useState({ ids, rows: rowsOf() });
  const { gone, renewed } = useChanged(experimentId);
  const names = new Map(chosen.rows.map((row) => [row.id, row.name]));
  const count = chosen.ids.length;
  const [first] = chosen.rows;
  const left = (done: string[]) => {
    gone(done);
    onSelected(new Set(ids.filter((id) => !done.includes(id))));
  };
  const more = { ids: chosen.ids, nameOf: (id: string) => names.get(id) ?? id, onChanged: left, onClose };
  if (act === "tag") return <TagDialog rows={chosen.rows} onChanged={(done) => void renewed(done)} onClose={onClose} />;
  if (act === "rename" && first)
    return <RenameDialog row={first} onChanged={(done) => void renewed(done)} onClose={onClose} />;
  if (act === "delete")
    return (
      <BulkDialog
        title={texts.table.deleteTitle(count)}
        what={texts.table.deleteWhat}
        action={texts.table.delete}
        work={deleteRun}
        {...more}
      />
    );
  if (act === "restore")
    return (
      <BulkDialog
        title={texts.table.restoreTitle(count)}
        what={texts.table.restoreWhat}
        action={texts.table.restore}
        work={restoreRun}
        {...more}
      />
    );
  return null;
}
