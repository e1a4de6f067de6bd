import { Button } from "@fluentui/react-components";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ApiError } from "../api/errors";
import { useExperiment } from "../features/experiments/queries";
import { LoggedModelTable } from "../features/loggedModels/LoggedModelTable";
import { useLoggedModels } from "../features/loggedModels/queries";

import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { FilterForm } from "../ui/FilterForm";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function LoggedModelsPage() {
  const { experimentId } = useParams({ from: pages.loggedModels });
  const { filter = "" } = useSearch({ from: pages.loggedModels });
  const navigate = useNavigate();
  const experiment = useExperiment(experimentId);
  const found = useLoggedModels(experimentId, filter);
  const models = found.data?.pages.flatMap((page) => page.models ?? []) ?? [];
  const { error } = found;
  const wrong = error instanceof ApiError && error.status === 400 && filter ? error.message : undefined;
  const search = (to: string) =>
    void navigate({
      to: pages.loggedModels,
      params: { experimentId },
      search: to ? { filter: to } : {},
      replace: true,
    });
  const crumbs = (
    <Crumbs
      steps={[
        [texts.experiments, { to: pages.experiments }],
        [experiment.data?.name ?? experimentId, { to: pages.runs, params: { experimentId } }],
      ]}
    />
  );
  return (
    <Page wide title={texts.models.logged} above={crumbs}>
      <div className="tools">
        <FilterForm filter={filter} hint={texts.models.loggedHint} problem={wrong} onFilter={search} />
      </div>
      {!wrong && <Failure error={error} again={() => void found.refetch()} />}
      {found.isPending && !error && <Loading />}
      {models.length > 0 && <LoggedModelTable models={models} />}
      {found.data && models.length === 0 && (
        <p className="soft">{filter ? texts.models.noLoggedMatch : texts.models.noLogged}</p>
      )}
      {found.hasNextPage && (
        <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Page>
  );
}
