import { useState } from "react";
import { updateWorkspace } from "../../api/administration";
import type { Workspace } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { WORKSPACE_CHANGES } from "./queries";
import { TagsField } from "./TagsField";
import { read, written } from "./tags";

/** Changes what is said about a workspace; not there for who may not. */
export function EditWorkspace({ workspace }: { workspace: Workspace }) {
  const [said, setSaid] = useState(() => saidOf(workspace));
  if (!useMay("workspace:write")) return null;
  return (
    <ActButton
      label={texts.settings.edit}
      verb={texts.settings.save}
      of={workspace.name}
      title={texts.settings.editWhat(workspace.name)}
      act={() =>
        updateWorkspace(workspace.name, {
          friendly_name: said.shown,
          description: said.description,
          tags: read(said.tags),
        })
      }
      changes={WORKSPACE_CHANGES}
      unready={!read(said.tags)}
      onOpen={() => setSaid(saidOf(workspace))}
    >
      <TextField
        label={texts.settings.friendlyName}
        value={said.shown}
        onValue={(shown) => setSaid({ ...said, shown })}
      />
      <TextField
        label={texts.description}
        lines={3}
        value={said.description}
        onValue={(description) => setSaid({ ...said, description })}
      />
      <TagsField value={said.tags} onValue={(tags) => setSaid({ ...said, tags })} />
    </ActButton>
  );
}

function saidOf({ friendly_name, description, tags }: Workspace) {
  return { shown: friendly_name, description, tags: written(tags) };
}
