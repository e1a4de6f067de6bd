import {
  Button,
  Field,
  Input,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { deleteExperimentTag, type Experiment, setExperimentTag } from "../../../api/mlflow";
import { texts } from "../../../lib/texts";
import { ActDialog } from "../../../ui/ActDialog";
import { useMay } from "../../workspaces/rights";
import type { RunsView } from "../view";
import { isShown, lasting, type SavedView, savedViews, tagOf } from "./saved";

interface ViewsMenuProps {
  experiment: Experiment;
  view: RunsView;
  /** Shows another view in the place of what is shown. */
  onShow: (view: RunsView) => void;
}

const USUAL = "";

/** The views that are saved with the experiment, and saving what is shown as one. */
export function ViewsMenu({ experiment, view, onShow }: ViewsMenuProps) {
  const mayWrite = useMay("experiment:write") && experiment.lifecycle_stage !== "deleted";
  const [dialog, setDialog] = useState<"save" | "delete" | null>(null);
  const saved = useMemo(() => savedViews(experiment.tags), [experiment.tags]);
  const shown = saved.find((one) => isShown(one.view, view));
  const usual = Object.keys(lasting(view)).length === 0;
  const show = (key: string) => onShow(saved.find((one) => one.key === key)?.view ?? {});
  const checked = shown?.key ?? (usual ? USUAL : "none");
  return (
    <>
      <Menu
        checkedValues={{ view: [checked] }}
        onCheckedValueChange={(_, { checkedItems }) => show(checkedItems[0] ?? USUAL)}
      >
        <MenuTrigger disableButtonEnhancement>
          <Button
            className="switcher"
            title={texts.table.viewsWhy}
            iconPosition="after"
            icon={<span className="caret" aria-hidden="true" />}
          >
            <span className="cut">{shown ? `${texts.table.views}: ${shown.name}` : texts.table.views}</span>
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItemRadio name="view" value={USUAL}>
              {texts.table.usualView}
            </MenuItemRadio>
            {saved.map((one) => (
              <MenuItemRadio key={one.key} name="view" value={one.key} className="long-item">
                {one.name}
              </MenuItemRadio>
            ))}
            {mayWrite && <MenuDivider />}
            {mayWrite && <MenuItem onClick={() => setDialog("save")}>{texts.table.saveView}</MenuItem>}
            {mayWrite && saved.length > 0 && (
              <MenuItem onClick={() => setDialog("delete")}>{texts.table.manageViews}</MenuItem>
            )}
          </MenuList>
        </MenuPopover>
      </Menu>
      {dialog === "save" && (
        <SaveDialog
          experiment={experiment}
          view={view}
          saved={saved}
          name={shown?.name ?? ""}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === "delete" && <DeleteDialog experiment={experiment} saved={saved} onClose={() => setDialog(null)} />}
    </>
  );
}

interface SaveDialogProps {
  experiment: Experiment;
  view: RunsView;
  saved: SavedView[];
  name: string;
  onClose: () => void;
}

function SaveDialog({ experiment, view, saved, name: given, onClose }: SaveDialogProps) {
  const [name, setName] = useState(given);
  const renew = useRenew(experiment.experiment_id);
  const wanted = name.trim();
  const replaces = saved.some((one) => one.name === wanted);
  const save = () => {
    const { key, value } = tagOf(wanted, view, saved);
    return setExperimentTag(experiment.experiment_id, key, value);
  };
  return (
    <ActDialog
      title={texts.table.saveView}
      what={texts.table.saveViewWhat}
      verb={texts.table.save}
      act={save}
      unready={!wanted}
      onDone={renew}
      onClose={onClose}
    >
      <Field label={texts.table.viewName} required hint={replaces ? texts.table.replaceView(wanted) : undefined}>
        <Input value={name} maxLength={200} onChange={(_, { value }) => setName(value)} autoComplete="off" />
      </Field>
    </ActDialog>
  );
}

function DeleteDialog({ experiment, saved, onClose }: Pick<SaveDialogProps, "experiment" | "saved" | "onClose">) {
  const [chosen, setChosen] = useState<string[]>([]);
  const renew = useRenew(experiment.experiment_id);
  const remove = async () => {
    for (const key of chosen) await deleteExperimentTag(experiment.experiment_id, key);
  };
  return (
    <ActDialog
      title={texts.table.manageViews}
      what={texts.table.manageWhat}
      verb={texts.table.delete}
      act={remove}
      unready={chosen.length === 0}
      onDone={renew}
      onClose={onClose}
    >
      <ul className="check-list">
        {saved.map(({ key, name }) => (
          <li key={key}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(key)}
                onChange={({ target }) =>
                  setChosen(target.checked ? [...chosen, key] : chosen.filter((one) => one !== key))
                }
              />
              {name}
            </label>
          </li>
        ))}
      </ul>
    </ActDialog>
  );
}

function useRenew(experimentId: string) {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ["experiment", experimentId] });
}
