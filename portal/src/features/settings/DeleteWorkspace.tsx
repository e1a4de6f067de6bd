import { deleteWorkspace } from "../../api/administration";
import { texts } from "../../lib/texts";
import { outside, workspaceName } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { useMay } from "../workspaces/rights";
import { Gone } from "./Gone";
import { DELETION_CHANGES } from "./queries";

/** The workspace at the server's own address, which stays. */
const FIRST = "default";

/** Deletes the workspace that is shown, after telling what goes; others see why they cannot. */
export function DeleteWorkspace() {
  const may = useMay("workspace:delete");
  if (workspaceName === FIRST) return <p className="soft">{texts.settings.firstStays}</p>;
  if (!may) return <p className="soft">{texts.settings.onlyOwnersDelete}</p>;
  return <DeleteButton name={workspaceName} onDeleted={() => location.assign(outside.workspace(FIRST))} />;
}

interface DeleteButtonProps {
  name: string;
  onDeleted?: () => void;
}

function DeleteButton({ name, onDeleted }: DeleteButtonProps) {
  return (
    <ActButton
      label={texts.settings.deleteWorkspace}
      verb={texts.settings.deleteForGood}
      title={texts.settings.deleteSure(name)}
      act={() => deleteWorkspace(name, false).then(onDeleted)}
      changes={DELETION_CHANGES}
    >
      <Gone what={["workspace", name]} ask={(signal) => deleteWorkspace(name, true, signal)} />
    </ActButton>
  );
}
