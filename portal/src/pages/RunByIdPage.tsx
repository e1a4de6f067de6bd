import { Navigate, useParams } from "@tanstack/react-router";
import { useRun } from "../features/runs/queries";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

/** Leads to a run whose experiment the link did not know. */
export function RunByIdPage() {
  const { runId } = useParams({ from: pages.runById });
  const { data: run, error, refetch } = useRun(runId);
  if (run) return <Navigate to={pages.run} params={{ experimentId: run.info.experiment_id, runId }} replace />;
  return (
    <Page title={texts.run}>
      <Failure error={error} again={() => void refetch()} />
      {!error && <Loading />}
    </Page>
  );
}
