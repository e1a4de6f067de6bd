import type { RowSelectionState } from "@tanstack/react-table";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { ApiError } from "../api/errors";
import { useExperiment } from "../features/experiments/queries";
import { ColumnChooser } from "../features/runs/ColumnChooser";
import { chosenOf, keysOf } from "../features/runs/columns";
import { FilterBox } from "../features/runs/FilterBox";
import { Selection } from "../features/runs/Selection";
import { RunsTable } from "../features/runs/RunsTable";
import { useRuns } from "../features/runs/useRuns";
import { NEWEST_FIRST, type RunsView } from "../features/runs/view";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

/** Keys are gathered from so many of the runs: looking through thousands at each change would be felt. */
const LOOKED_AT = 200;

export function RunsPage() {
  const { experimentId } = useParams({ from: pages.runs });
  const view = useSearch({ from: pages.runs });
  const navigate = useNavigate();
  const experiment = useExperiment(experimentId);
  const found = useRuns(experimentId, view);
  const { runs, error, hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const [selected, setSelected] = useState<RowSelectionState>({});
  const change = useCallback(
    (to: RunsView) =>
      void navigate({ to: pages.runs, params: { experimentId }, search: { ...view, ...to }, replace: true }),
    [navigate, experimentId, view],
  );
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const keys = useMemo(() => keysOf(runs.slice(0, LOOKED_AT)), [runs]);
  const signature = keys.map((one) => one.id).join("\n");
  // The table is made anew only for other columns.
  const chosen = useMemo(() => chosenOf(view.columns, keys), [view.columns, signature]);
  const wrong = error instanceof ApiError && error.status === 400 && view.filter ? error.message : undefined;
  const name = experiment.data?.name ?? experimentId;
  return (
    <Page
      wide
      title={name}
      above={<Crumbs steps={[[texts.experiments, { to: pages.experiments }]]} />}
      aside={
        <>
          <span className="soft" role="status">
            {found.data && texts.loadedRuns(runs.length, !hasNextPage)}
          </span>
          <Link className="link" to={pages.loggedModels} params={{ experimentId }}>
            {texts.models.logged}
          </Link>
        </>
      }
    >
      <Failure error={experiment.error} />
      <div className="tools">
        <FilterBox
          filter={view.filter ?? ""}
          problem={wrong}
          onFilter={(filter) => change({ filter: filter || undefined })}
        />
        <ColumnChooser keys={keys} chosen={chosen} onChosen={(columns) => change({ columns })} />
      </div>
      {runs.length > 0 && (
        <Selection experimentId={experimentId} ids={Object.keys(selected)} onClear={() => setSelected({})} />
      )}
      {!wrong && <Failure error={error} again={() => void found.refetch()} />}
      {found.isPending && !error && <Loading />}
      {runs.length > 0 && (
        <RunsTable
          runs={runs}
          chosen={chosen}
          order={view.order ?? NEWEST_FIRST}
          onOrder={(order) => change({ order: order === NEWEST_FIRST ? undefined : order })}
          selected={selected}
          onSelected={setSelected}
          more={hasNextPage && !isFetchingNextPage && !found.isFetchNextPageError}
          onMore={more}
        />
      )}
      {found.data && runs.length === 0 && <p className="soft">{view.filter ? texts.noRunsMatch : texts.noRuns}</p>}
    </Page>
  );
}
