import { useState } from "react";
import { createWorkspace } from "../../api/administration";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { NAME, nameProblem } from "./names";
import { useGroups, WORKSPACE_CHANGES } from "./queries";

const EMPTY = { name: "", group: "default", shown: "", description: "" };

/** Makes a workspace, and its group if that is a new one; not there for who may not. */
export function CreateWorkspace() {
  const [said, setSaid] = useState(EMPTY);
  const groups = useGroups().data?.map((one) => one.name) ?? [];
  if (!useMay("server:workspace-create")) return null;
  const { name, group, shown, description } = said;
  const isNew = group !== "" && !groups.includes(group);
  const body = { name, group, create_group: isNew, friendly_name: shown, description };
  return (
    <ActButton
      label={texts.settings.createWorkspace}
      verb={texts.settings.create}
      title={texts.settings.createWorkspace}
      appearance="primary"
      act={() => createWorkspace(body)}
      changes={WORKSPACE_CHANGES}
      unready={!NAME.test(name) || !NAME.test(group)}
      onOpen={() => setSaid(EMPTY)}
    >
      <TextField
        label={texts.name}
        hint={texts.settings.placeName}
        required
        value={name}
        onValue={(to) => setSaid({ ...said, name: to })}
        problem={nameProblem(name)}
      />
      <TextField
        label={texts.settings.resourceGroup}
        hint={isNew && NAME.test(group) ? texts.settings.newGroup : undefined}
        required
        value={group}
        onValue={(to) => setSaid({ ...said, group: to })}
        choices={groups}
        problem={nameProblem(group)}
      />
      <TextField label={texts.settings.friendlyName} value={shown} onValue={(to) => setSaid({ ...said, shown: to })} />
      <TextField
        label={texts.description}
        lines={3}
        value={description}
        onValue={(to) => setSaid({ ...said, description: to })}
      />
    </ActButton>
  );
}
