import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy } from "react";
import type { LoggedModel } from "../api/loggedModels";
import { useExperiment } from "../features/experiments/queries";
import { DeleteLoggedModel } from "../features/loggedModels/DeleteLoggedModel";
import { LoggedModelOverview } from "../features/loggedModels/LoggedModelOverview";
import { useLoggedModel } from "../features/loggedModels/queries";
import { filesOfLoggedModel } from "../features/models/files";
import { RegisterButton } from "../features/models/RegisterButton";
import { SchemaPart } from "../features/models/SchemaPart";
import { toneOf, wordOf } from "../features/models/status";
import type { ModelView } from "../features/models/view";
import { useMay } from "../features/workspaces/rights";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { Status } from "../ui/Status";
import { Tabs } from "../ui/Tabs";

const Artifacts = lazy(() =>
  import("../features/artifacts/Artifacts").then(({ Artifacts }) => ({ default: Artifacts })),
);

const tabs = [
  ["overview", texts.overview],
  ["schema", texts.models.schema],
  ["artifacts", texts.artifacts],
] as const;

export function LoggedModelPage() {
  const params = useParams({ from: pages.loggedModel });
  const { experimentId, modelId } = params;
  const { tab = "overview", path } = useSearch({ from: pages.loggedModel });
  const navigate = useNavigate();
  const { data: model, error, refetch } = useLoggedModel(modelId);
  const experiment = useExperiment(experimentId);
  const mayWrite = useMay("run:write");
  const show = (search: ModelView) => void navigate({ to: pages.loggedModel, params, search, replace: true });
  const crumbs = (
    <Crumbs
      steps={[
        [texts.experiments, { to: pages.experiments }],
        [experiment.data?.name ?? experimentId, { to: pages.runs, params: { experimentId } }],
        [texts.models.logged, { to: pages.loggedModels, params: { experimentId } }],
      ]}
    />
  );
  return (
    <Page
      wide
      title={model?.info.name ?? texts.models.loggedModel}
      above={crumbs}
      aside={model && <Head model={model} mayWrite={mayWrite} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {!model && !error && <Loading />}
      {model && (
        <Tabs tabs={tabs} chosen={tab} onChoose={(to) => show(to === "overview" ? {} : { tab: to })}>
          {tab === "overview" && <LoggedModelOverview model={model} mayWrite={mayWrite} />}
          {tab === "schema" && <SchemaPart from={filesOfLoggedModel(modelId)} />}
          {tab === "artifacts" && (
            <Artifacts
              from={filesOfLoggedModel(modelId)}
              live={model.info.status.endsWith("PENDING")}
              path={path}
              onOpen={(file) => show({ tab: "artifacts", path: file })}
            />
          )}
        </Tabs>
      )}
    </Page>
  );
}

function Head({ model, mayWrite }: { model: LoggedModel; mayWrite: boolean }) {
  const { info } = model;
  return (
    <>
      <Status value={wordOf(info.status)} tone={toneOf(info.status)} />
      <div className="acts">
        <RegisterButton
          what={info.name}
          source={`models:/${info.model_id}`}
          runId={info.source_run_id}
          modelId={info.model_id}
        />
        {mayWrite && <DeleteLoggedModel model={model} />}
      </div>
    </>
  );
}
