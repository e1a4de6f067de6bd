import { CreateWorkspace } from "../../features/settings/CreateWorkspace";
import { CreateGroup, GroupTable } from "../../features/settings/Groups";
import { useDeletions, useGroups } from "../../features/settings/queries";
import { WorkspaceTable } from "../../features/settings/WorkspaceTable";
import { useWorkspaces } from "../../features/workspaces/queries";
import { texts } from "../../lib/texts";
import { formatTime } from "../../lib/format";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Part } from "../../ui/Part";

/** All workspaces and resource groups, and what is still on its way out. */
export function WorkspacesPage() {
  const { data, error } = useWorkspaces();
  const groups = useGroups();
  return (
    <>
      <Part title={texts.workspaces} aside={<CreateWorkspace />} bare>
        <Failure error={error} />
        {!data && !error && <Loading />}
        {data && data.length > 0 && <WorkspaceTable workspaces={data} />}
      </Part>
      <Deletions />
      <Part title={texts.settings.groups} aside={<CreateGroup />} bare>
        <Failure error={groups.error} />
        {groups.data && <GroupTable groups={groups.data} />}
      </Part>
    </>
  );
}

function Deletions() {
  const { data } = useDeletions();
  if (!data || data.length === 0) return null;
  return (
    <div className="note" role="status">
      <p>{texts.settings.stillRemoving}</p>
      <ul>
        {data.map((one) => (
          <li key={one.id}>{texts.settings.deletedAt(one.name, formatTime(one.deleting_at, true))}</li>
        ))}
      </ul>
    </div>
  );
}
