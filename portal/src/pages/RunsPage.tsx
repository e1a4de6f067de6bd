import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useRef, useState } from "react";
import { ExperimentMenu } from "../features/experiments/ExperimentMenu";
import { descriptionOf, isDeleted } from "../features/experiments/experiment";
import { useExperiment } from "../features/experiments/queries";
import { Selection } from "../features/runs/actions/Selection";
import { FilterBox } from "../features/runs/filter/FilterBox";
import { useKnown } from "../features/runs/filter/known";
import type { RunRow } from "../features/runs/table/row";
import { RunsTable } from "../features/runs/table/RunsTable";
import { TableTools } from "../features/runs/TableTools";
import { useLive } from "../features/runs/useLive";
import { useTable } from "../features/runs/useTable";
import type { RunsView } from "../features/runs/view";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";

export function RunsPage() {
  const { experimentId } = useParams({ from: pages.runs });
  const { view, change, show } = useView(experimentId);
  const { data: experiment, error: missing } = useExperiment(experimentId);
  const table = useTable(experimentId, view);
  const { rows, error, hasNextPage, isFetchingNextPage, fetchNextPage, ready } = table;
  const { selected, select, rowsOf } = useSelection(rows, table.below);
  const [running, setRunning] = useState<string[]>([]);
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  useLive(experimentId, running);
  const known = useKnown(rows);
  const onView = useCallback(
    (to: RunsView) => {
      if ("run_view_type" in to) select(new Set());
      change(to);
    },
    [change, select],
  );
  const deleted = view.run_view_type === "DELETED_ONLY";
  const home = useNavigate();
  return (
    <Page
      wide
      title={experiment?.name ?? experimentId}
      above={<Crumbs steps={[[texts.experiments, { to: pages.experiments }]]} />}
      aside={
        <>
          {experiment && (
            <ExperimentMenu experiment={experiment} onDeleted={() => void home({ to: pages.experiments })} />
          )}
          <span className="soft" role="status">
            {ready && table.loaded && texts.loadedRuns(rows.length, !hasNextPage)}
          </span>
          <Link className="link" to={pages.loggedModels} params={{ experimentId }}>
            {texts.models.logged}
          </Link>
        </>
      }
    >
      <Failure error={missing} />
      {experiment && isDeleted(experiment) && <p className="note">{texts.table.isDeleted}</p>}
      {experiment && descriptionOf(experiment) && <p className="soft told">{descriptionOf(experiment)}</p>}
      <FilterBox
        filter={view.filter ?? ""}
        problem={table.problem}
        known={known}
        onFilter={(filter) => onView({ filter: filter || undefined })}
      />
      <TableTools
        experiment={experiment}
        experimentId={experimentId}
        view={view}
        keys={table.keys}
        columns={table.columns}
        rows={rows}
        nests={table.nests}
        valid={!table.problem}
        onView={onView}
        onShow={show}
      />
      {(rows.length > 0 || selected.size > 0) && (
        <Selection
          experimentId={experimentId}
          ids={[...selected]}
          rowsOf={rowsOf}
          deleted={deleted}
          onSelected={select}
        />
      )}
      {!table.problem && <Failure error={error} again={() => void table.refetch()} />}
      {!ready && !error && <Loading />}
      {ready && rows.length > 0 && (
        <RunsTable
          lines={table.lines}
          columns={table.columns}
          view={view}
          onView={onView}
          selected={selected}
          onSelected={select}
          more={table.loaded && hasNextPage && !isFetchingNextPage && !table.isFetchNextPageError}
          onMore={more}
          onRunning={setRunning}
        />
      )}
      {ready && rows.length === 0 && <p className="soft">{noneOf(view)}</p>}
    </Page>
  );
}

function noneOf(view: RunsView): string {
  if (view.filter) return texts.noRunsMatch;
  return view.run_view_type ? texts.table.noDeletedRuns : texts.noRuns;
}

/** What the address says, and how it is changed. */
function useView(experimentId: string) {
  const view = useSearch({ from: pages.runs });
  const navigate = useNavigate();
  const show = useCallback(
    (to: RunsView) => void navigate({ to: pages.runs, params: { experimentId }, search: to, replace: true }),
    [navigate, experimentId],
  );
  const change = useCallback((to: RunsView) => show({ ...view, ...to }), [show, view]);
  return { view, change, show };
}

/** The runs that are selected; they stay so while a filter hides them, so what was known of them is kept. */
function useSelection(rows: RunRow[], below: RunRow[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const known = useRef(new Map<string, RunRow>());
  const loaded = useRef({ rows, below });
  loaded.current = { rows, below };
  const remember = useCallback((ids: ReadonlySet<string>) => {
    const found = new Map([...known.current].filter(([id]) => ids.has(id)));
    for (const row of [...loaded.current.below, ...loaded.current.rows]) if (ids.has(row.id)) found.set(row.id, row);
    known.current = found;
    return found;
  }, []);
  const select = useCallback(
    (ids: Set<string>) => {
      remember(ids);
      setSelected(ids);
    },
    [remember],
  );
  const rowsOf = () => [...remember(selected).values()];
  return { selected, select, rowsOf };
}
