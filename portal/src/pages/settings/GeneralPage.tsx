import { DeleteWorkspace } from "../../features/settings/DeleteWorkspace";
import { EditWorkspace } from "../../features/settings/EditWorkspace";
import { TagLines } from "../../features/settings/TagsField";
import { roleName } from "../../features/settings/roles";
import { UsagePanel } from "../../features/settings/UsagePanel";
import { useWorkspaces } from "../../features/workspaces/queries";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { workspaceName } from "../../lib/urls";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Part } from "../../ui/Part";

/** What the workspace is, holds and may hold, and the way to be rid of it. */
export function GeneralPage() {
  const { data, error } = useWorkspaces();
  const workspace = data?.find((one) => one.name === workspaceName);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  if (!workspace) return <p className="soft">{texts.noRights}</p>;
  return (
    <>
      <Part title={texts.workspace} aside={<EditWorkspace workspace={workspace} />}>
        <Facts
          facts={[
            [texts.name, workspace.name],
            [texts.settings.friendlyName, workspace.friendly_name],
            [texts.group, workspace.group],
            [texts.role, roleName(workspace.role ?? texts.administrator)],
            [texts.created, formatTime(workspace.created_at, true)],
            [texts.description, workspace.description],
            [texts.tags, <TagLines key="tags" tags={workspace.tags} />],
          ]}
        />
      </Part>
      <Part title={texts.settings.storage}>
        <UsagePanel workspace={workspace} />
      </Part>
      <Part title={texts.settings.deleteWorkspace}>
        <DeleteWorkspace />
      </Part>
    </>
  );
}
