import { useRef } from "react";
import type { Workspace } from "../../api/lazward";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { outside, pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { useSeen } from "../../ui/useSeen";
import { useUsage } from "../workspaces/UsageLine";
import { roleName } from "./roles";
import { Held } from "./UsagePanel";

const heads = [
  texts.name,
  texts.settings.resourceGroup,
  texts.role,
  texts.artifacts,
  texts.runs,
  texts.created,
] as const;

/** The workspaces that the visitor may see, with what each holds; each leads to its own settings. */
export function WorkspaceTable({ workspaces }: { workspaces: Workspace[] }) {
  return (
    <Scroll label={texts.workspaces}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {workspaces.map((one) => (
            <WorkspaceRow key={one.name} workspace={one} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function WorkspaceRow({ workspace }: { workspace: Workspace }) {
  const row = useRef<HTMLTableRowElement>(null);
  const usage = useUsage(workspace.name, useSeen(row)).data;
  const settings = outside.workspace(workspace.name) + pages.settings.slice(1);
  return (
    <tr ref={row}>
      <th scope="row" className="name">
        <a className="link" href={settings}>
          {workspace.name}
        </a>
        {workspace.friendly_name !== workspace.name && <div className="soft">{workspace.friendly_name}</div>}
        <div className="soft clamp">{workspace.description}</div>
      </th>
      <td className="name">{workspace.group}</td>
      <td>{roleName(workspace.role ?? texts.administrator)}</td>
      <td className="time">
        {usage ? <Held held={usage.artifact_bytes} most={usage.most_artifact_bytes} bytes /> : texts.nothing}
      </td>
      <td className="time">{usage ? <Held held={usage.runs} most={usage.most_runs} /> : texts.nothing}</td>
      <td className="time">{formatTime(workspace.created_at, true)}</td>
    </tr>
  );
}
