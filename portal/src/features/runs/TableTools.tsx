import { Button, Field, Select, Switch } from "@fluentui/react-components";
import { useMemo } from "react";
import type { Experiment } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { type Choice, ColumnChooser } from "./ColumnChooser";
import { isInternal } from "./columns";
import { ExportLink } from "./ExportLink";
import { columnOf } from "./table/columns";
import { mark } from "./table/lines";
import { groupsOf } from "./table/groups";
import type { RunRow } from "./table/row";
import { attributes, groupColumn, type KeyColumn, type RunsView } from "./view";
import { ViewsMenu } from "./views/ViewsMenu";

interface TableToolsProps {
  experiment?: Experiment;
  experimentId: string;
  view: RunsView;
  keys: KeyColumn[];
  /** Ids of the columns that are shown, in their order. */
  columns: string[];
  rows: RunRow[];
  /** Whether there are child runs at all. */
  nests: boolean;
  /** Whether the filter is one, so that there is something to export. */
  valid: boolean;
  onView: (view: RunsView) => void;
  onShow: (view: RunsView) => void;
}

/** How the runs are shown: views, columns, groups, the tree, deleted ones; and their export. */
export function TableTools(props: TableToolsProps) {
  const { experiment, experimentId, view, keys, columns, nests, valid, onView, onShow } = props;
  const choices = useMemo<Choice[]>(() => [...Object.keys(attributes).map(choiceOf), ...keys], [keys]);
  const chosen = useMemo(() => columns.map(choiceOf), [columns]);
  const list = !view.filter && !view.group && !view.run_view_type;
  return (
    <div className="tools middle">
      {experiment && <ViewsMenu experiment={experiment} view={view} onShow={onShow} />}
      <ColumnChooser keys={choices} chosen={chosen} onChosen={(ids) => onView({ columns: ids })} />
      <Grouping {...props} />
      {nests && (
        <Switch
          label={texts.table.nested}
          title={texts.table.nestedWhy}
          checked={list && view.nesting !== "flat"}
          disabled={!list}
          onChange={(_, { checked }) => onView({ nesting: checked ? undefined : "flat" })}
        />
      )}
      <Switch
        label={texts.table.deletedRuns}
        checked={view.run_view_type === "DELETED_ONLY"}
        onChange={(_, { checked }) => onView({ run_view_type: checked ? "DELETED_ONLY" : undefined })}
      />
      {valid && <ExportLink experimentId={experimentId} view={view} columns={columns} />}
    </div>
  );
}

/** Keys that a box with all of them could not show; the menu of a column groups by the others. */
const MOST = 300;

function Grouping({ view, keys, rows, onView }: TableToolsProps) {
  const by = groupColumn(view.group);
  const able = useMemo(() => {
    const found = keys.filter((one) => one.kind !== "metrics" && !isInternal(one.key)).slice(0, MOST);
    return by && !found.some((one) => one.id === by.id) ? [...found, by] : found;
  }, [keys, by]);
  if (able.length === 0) return null;
  const fold = () => by && onView({ folded: groupsOf(rows, by).map((group) => mark(group.value)) });
  return (
    <>
      <Field label={texts.table.groupBy} orientation="horizontal" className="grouping">
        <Select
          value={view.group ?? ""}
          onChange={(_, { value }) => onView({ group: value || undefined, folded: undefined })}
        >
          <option value="">{texts.table.noGrouping}</option>
          {able.map((one) => (
            <option key={one.id} value={one.id}>
              {texts.fieldOf(one.key, one.kind)}
            </option>
          ))}
        </Select>
      </Field>
      {by && (
        <Button appearance="subtle" onClick={() => (view.folded ? onView({ folded: undefined }) : fold())}>
          {view.folded ? texts.table.unfoldAll : texts.table.foldAll}
        </Button>
      )}
    </>
  );
}

function choiceOf(id: string): Choice {
  const { name, kind } = columnOf(id);
  return { id, key: name, kind: kind ?? texts.table.attribute };
}
