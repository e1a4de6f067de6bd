import { Link } from "@tanstack/react-router";
import { ApiError } from "../api/errors";
import { QueueGlance } from "../features/compute/QueueGlance";
import { useRecentRuns } from "../features/runs/recent";
import { RecentRuns } from "../features/runs/RecentRuns";
import { Health } from "../features/server/Health";
import { FirstSteps } from "../features/workspaces/FirstSteps";
import { WorkspaceList } from "../features/workspaces/WorkspaceList";
import { texts } from "../lib/texts";
import { pages, workspaceName } from "../lib/urls";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function HomePage() {
  return (
    <Page title={workspaceName} tab={texts.home}>
      <Recent />
      <QueueGlance />
      <section aria-labelledby="workspaces">
        <h2 id="workspaces">{texts.workspaces}</h2>
        <WorkspaceList />
      </section>
      <Health />
    </Page>
  );
}

function Recent() {
  const { data, error, isPending, refetch } = useRecentRuns();
  if (error instanceof ApiError && error.status === 403) return <p className="soft">{texts.noRights}</p>;
  if (error && !data) return <Failure error={error} again={() => void refetch()} />;
  if (isPending) return <Loading />;
  if (data.length === 0) return <FirstSteps />;
  return (
    <section aria-labelledby="recent">
      <div className="section-head">
        <h2 id="recent">{texts.recentRuns}</h2>
        <Link className="link" to={pages.experiments}>
          {texts.allExperiments}
        </Link>
      </div>
      <RecentRuns runs={data} />
    </section>
  );
}
