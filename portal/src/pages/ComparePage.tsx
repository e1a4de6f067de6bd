import { useParams, useSearch } from "@tanstack/react-router";
import { useLooks } from "../features/compare/compared";
import { ComparedParts } from "../features/compare/ComparedParts";
import { useCompared } from "../features/compare/queries";
import { useExperiment } from "../features/experiments/queries";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

const NONE: never[] = [];

export function ComparePage() {
  const { experimentId } = useParams({ from: pages.compare });
  const { runs: ids } = useSearch({ from: pages.compare });
  const experiment = useExperiment(experimentId);
  const { data: runs, error, refetch } = useCompared(experimentId, ids);
  const compared = useLooks(runs ?? NONE, ids);
  const found = new Set(runs?.map((run) => run.info.run_id));
  const missing = runs ? ids.filter((id) => !found.has(id)) : [];
  const crumbs = (
    <Crumbs
      steps={[
        [texts.experiments, { to: pages.experiments }],
        [experiment.data?.name ?? experimentId, { to: pages.runs, params: { experimentId } }],
      ]}
    />
  );
  return (
    <Page wide title={texts.compareTitle(runs ? runs.length : ids.length)} above={crumbs}>
      <Failure error={error} again={() => void refetch()} />
      {missing.length > 0 && (
        <p className="note" role="status">
          {texts.missingRuns(missing)}
        </p>
      )}
      {ids.length === 0 && <p className="soft">{texts.compareNothing}</p>}
      {ids.length > 0 && !runs && !error && <Loading />}
      {compared.length > 0 && <ComparedParts runs={compared} />}
    </Page>
  );
}
