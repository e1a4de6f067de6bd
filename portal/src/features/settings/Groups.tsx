import { useState } from "react";
import { createGroup, deleteGroup, type Group, setGroupTags } from "../../api/administration";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { useMay } from "../workspaces/rights";
import { Gone } from "./Gone";
import { NAME, nameProblem } from "./names";
import { DELETION_CHANGES, WORKSPACE_CHANGES } from "./queries";
import { TagLines, TagsField } from "./TagsField";
import { read, written } from "./tags";

/** The group of the workspace at the server's own address, which stays. */
const FIRST = "default";
const heads = [texts.name, texts.workspaces, texts.tags] as const;

export function GroupTable({ groups }: { groups: Group[] }) {
  const mayWrite = useMay("server:group-write");
  return (
    <Scroll label={texts.settings.groups}>
      <table className="table">
        <TableHead heads={heads} unnamed={mayWrite} />
        <tbody>
          {groups.map((group) => (
            <tr key={group.name}>
              <th scope="row" className="name">
                {group.name}
              </th>
              <td className="why">{group.workspaces.join(", ") || texts.nothing}</td>
              <td className="why">
                <TagLines tags={group.tags} />
              </td>
              {mayWrite && (
                <td>
                  <div className="acts">
                    <EditGroup group={group} />
                    {group.name !== FIRST && <DeleteGroup name={group.name} />}
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function EditGroup({ group }: { group: Group }) {
  const [tags, setTags] = useState("");
  return (
    <ActButton
      label={texts.settings.edit}
      of={group.name}
      verb={texts.settings.save}
      title={texts.settings.editWhat(group.name)}
      act={() => setGroupTags(group.name, read(tags) ?? {})}
      changes={WORKSPACE_CHANGES}
      unready={!read(tags)}
      onOpen={() => setTags(written(group.tags))}
    >
      <TagsField value={tags} onValue={setTags} />
    </ActButton>
  );
}

function DeleteGroup({ name }: { name: string }) {
  return (
    <ActButton
      label={texts.settings.delete}
      of={name}
      verb={texts.settings.deleteForGood}
      title={texts.settings.deleteGroupSure(name)}
      act={() => deleteGroup(name, false)}
      changes={DELETION_CHANGES}
    >
      <Gone what={["group", name]} ask={(signal) => deleteGroup(name, true, signal)} />
    </ActButton>
  );
}

/** Makes a resource group; not there for who may not. */
export function CreateGroup() {
  const [said, setSaid] = useState({ name: "", tags: "" });
  if (!useMay("server:group-write")) return null;
  return (
    <ActButton
      label={texts.settings.createGroup}
      verb={texts.settings.create}
      title={texts.settings.createGroup}
      act={() => createGroup(said.name, read(said.tags) ?? {})}
      changes={WORKSPACE_CHANGES}
      unready={!NAME.test(said.name) || !read(said.tags)}
      onOpen={() => setSaid({ name: "", tags: "" })}
    >
      <TextField
        label={texts.name}
        hint={texts.settings.placeName}
        required
        value={said.name}
        onValue={(name) => setSaid({ ...said, name })}
        problem={nameProblem(said.name)}
      />
      <TagsField value={said.tags} onValue={(tags) => setSaid({ ...said, tags })} />
    </ActButton>
  );
}
