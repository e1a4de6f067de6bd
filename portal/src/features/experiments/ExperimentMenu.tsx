import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { useState } from "react";
import { deleteExperiment, type Experiment, restoreExperiment } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { ActDialog } from "../../ui/ActDialog";
import { useMay } from "../workspaces/rights";
import { isDeleted } from "./experiment";
import { DescriptionDialog, RenameDialog } from "./ExperimentDialogs";
import { useExperimentChanged } from "./queries";
import { TagsDialog } from "./TagsDialog";

type Act = "rename" | "description" | "tags" | "delete" | "restore";

interface ExperimentMenuProps {
  experiment: Experiment;
  onDeleted?: () => void;
}

/** What can be done with an experiment; not there for who may not. */
export function ExperimentMenu({ experiment, onDeleted }: ExperimentMenuProps) {
  const mayWrite = useMay("experiment:write");
  const changed = useExperimentChanged();
  const [act, setAct] = useState<Act | null>(null);
  if (!mayWrite) return null;
  const { experiment_id: id, name } = experiment;
  const close = () => setAct(null);
  const renewed = () => void changed(id);
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            appearance="subtle"
            className="square"
            aria-label={texts.table.experimentMenu(name)}
            title={texts.table.experimentMenu(name)}
          >
            <span aria-hidden="true">⋮</span>
          </Button>
        </MenuTrigger>
        <MenuPopover>
          {isDeleted(experiment) ? (
            <MenuList>
              <MenuItem onClick={() => setAct("restore")}>{texts.table.restore}</MenuItem>
            </MenuList>
          ) : (
            <MenuList>
              <MenuItem onClick={() => setAct("rename")}>{texts.table.rename}</MenuItem>
              <MenuItem onClick={() => setAct("description")}>{texts.table.editDescription}</MenuItem>
              <MenuItem onClick={() => setAct("tags")}>{texts.table.editTags}</MenuItem>
              <MenuItem onClick={() => setAct("delete")}>{texts.table.delete}</MenuItem>
            </MenuList>
          )}
        </MenuPopover>
      </Menu>
      {act === "rename" && <RenameDialog experiment={experiment} onDone={renewed} onClose={close} />}
      {act === "description" && <DescriptionDialog experiment={experiment} onDone={renewed} onClose={close} />}
      {act === "tags" && <TagsDialog experiment={experiment} onDone={renewed} onClose={close} />}
      {act === "delete" && (
        <ActDialog
          title={texts.table.deleteExperiment(name)}
          what={texts.table.deleteExperimentWhat}
          verb={texts.table.delete}
          act={() => deleteExperiment(id)}
          onDone={() => {
            renewed();
            onDeleted?.();
          }}
          onClose={close}
        />
      )}
      {act === "restore" && (
        <ActDialog
          title={texts.table.restoreExperiment(name)}
          what={texts.table.restoreExperimentWhat}
          verb={texts.table.restore}
          act={() => restoreExperiment(id)}
          onDone={renewed}
          onClose={close}
        />
      )}
    </>
  );
}
