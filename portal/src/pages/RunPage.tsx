import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy } from "react";
import type { Run } from "../api/mlflow";
import { filesOfRun } from "../features/artifacts/files";
import { useExperiment } from "../features/experiments/queries";
import { JobPanel } from "../features/jobs/JobPanel";
import { isUnderWay, nameOf, saysJob } from "../features/runs/run";
import { RegisterHere } from "../features/models/RegisterHere";
import { RunActions } from "../features/runs/RunActions";
import { RunOverview } from "../features/runs/RunOverview";
import { useRun } from "../features/runs/queries";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { type Tab as TabName, tabs as names } from "../routes/tab";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { Status } from "../ui/Status";
import { Tabs } from "../ui/Tabs";

const loadCharts = () => import("../features/runs/Charts").then(({ Charts }) => ({ default: Charts }));
const Charts = lazy(loadCharts);
const Artifacts = lazy(() =>
  import("../features/artifacts/Artifacts").then(({ Artifacts }) => ({ default: Artifacts })),
);
const Logs = lazy(() => import("../features/jobs/Logs").then(({ Logs }) => ({ default: Logs })));

const RunCode = lazy(() => import("../features/runs/RunCode").then(({ RunCode }) => ({ default: RunCode })));

const tabs = names.map((one) => [one, one === "code" ? texts.runPage.code : texts[one]] as const);

export function RunPage() {
  const { experimentId, runId } = useParams({ from: pages.run });
  const { tab } = useSearch({ from: pages.run });
  const { data: run, error, refetch } = useRun(runId);
  if (tab === "charts") void loadCharts(); // while the run is on its way
  const experiment = useExperiment(experimentId);
  const crumbs = (
    <Crumbs
      steps={[
        [texts.experiments, { to: pages.experiments }],
        [experiment.data?.name ?? experimentId, { to: pages.runs, params: { experimentId } }],
      ]}
    />
  );
  return (
    <Page wide title={run ? nameOf(run) : texts.run} above={crumbs} aside={run && <Aside run={run} />}>
      <Failure error={error} again={() => void refetch()} />
      {run ? <Parts run={run} /> : !error && <Loading />}
    </Page>
  );
}

function Aside({ run }: { run: Run }) {
  return (
    <>
      <Status value={run.info.status} />
      <RunActions run={run} />
    </>
  );
}

function Parts({ run }: { run: Run }) {
  const { tab: chosen = "overview", path } = useSearch({ from: pages.run });
  const navigate = useNavigate();
  const isJob = saysJob(run);
  const tab = chosen === "logs" && !isJob ? "overview" : chosen;
  const params = { experimentId: run.info.experiment_id, runId: run.info.run_id };
  const show = (to: TabName) =>
    void navigate({ to: pages.run, params, search: to === "overview" ? {} : { tab: to }, replace: true });
  const open = (file: string, within: TabName = "artifacts") =>
    void navigate({ to: pages.run, params, search: { tab: within, path: file }, replace: true });
  return (
    <>
      {isJob && <JobPanel runId={run.info.run_id} />}
      <Tabs tabs={isJob ? tabs : tabs.filter(([one]) => one !== "logs")} chosen={tab} onChoose={show}>
        {tab === "overview" && <RunOverview run={run} />}
        {tab === "charts" && <Charts run={run} />}
        {tab === "artifacts" && (
          <Artifacts
            from={filesOfRun(run.info.run_id, run.info.artifact_uri)}
            live={isUnderWay(run)}
            path={path}
            onOpen={open}
            above={(folder, files) => <RegisterHere run={run} folder={folder} files={files} />}
          />
        )}
        {tab === "logs" && <Logs runId={run.info.run_id} log={path} />}
        {tab === "code" && <RunCode run={run} path={path} onOpen={(file) => open(file, "code")} />}
      </Tabs>
    </>
  );
}
