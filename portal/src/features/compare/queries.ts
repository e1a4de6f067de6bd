import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { getHistories, type Metric, type Run, type RunMetric, searchRuns } from "../../api/mlflow";
import { polling } from "../../live/polling";
import { queryClient } from "../../live/queries";

/** The server takes no more runs at once for histories, and filters shall stay short. */
const AT_ONCE = 100;
/** Points of all lines of a chart together: more would be felt, and the pixels could not show them. */
const POINTS = 40_000;
/** What can be an id; anything else would be more than a text in the filter. */
const ID = /^[\w.-]+$/;

export interface Latest {
  runId: string;
  metric: Metric;
}

/** Those of the runs that there are, in the order in which they were asked for. */
export function useCompared(experimentId: string, ids: string[]) {
  return useQuery({
    ...asking(experimentId, ids),
    refetchInterval: polling(2000, 30_000),
    enabled: ids.length > 0,
  });
}

/** Ask for them before the page that shows them is there. */
export function askForCompared(experimentId: string, ids: string[]): void {
  if (ids.length > 0) void queryClient.prefetchQuery(asking(experimentId, ids));
}

function asking(experimentId: string, ids: string[]) {
  return queryOptions({
    queryKey: ["compared", experimentId, ids],
    queryFn: ({ signal }) => findRuns(experimentId, ids, signal),
  });
}

async function findRuns(experimentId: string, ids: string[], signal: AbortSignal): Promise<Run[]> {
  const parts = await Promise.all(
    inParts(ids.filter((id) => ID.test(id))).map((part) => {
      const filter = `attributes.run_id IN (${part.map((id) => `'${id}'`).join(", ")})`;
      return searchRuns({ experimentIds: [experimentId], filter, maxResults: AT_ONCE }, signal);
    }),
  );
  const found = new Map(parts.flatMap((part) => part.runs ?? []).map((run) => [run.info.run_id, run]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** A metric's histories by run, asked for anew when one of their latest points is another one. */
export function useHistories(key: string, latest: Latest[], enabled: boolean) {
  const most = Math.min(1200, Math.floor(POINTS / latest.length));
  const ids = latest.map((one) => one.runId);
  return useQuery({
    queryKey: ["histories", key, latest.map(({ runId, metric: { step, timestamp } }) => [runId, step, timestamp])],
    queryFn: async ({ signal }) => {
      const parts = await Promise.all(inParts(ids).map((part) => getHistories(part, key, most, signal)));
      return byRun(parts.flat());
    },
    placeholderData: keepPreviousData,
    // A map is another one each time; comparing would only cost.
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    enabled: enabled && ids.length > 0,
  });
}

function inParts(ids: string[]): string[][] {
  const count = Math.ceil(ids.length / AT_ONCE);
  return Array.from({ length: count }, (_, part) => ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE));
}

function byRun(points: RunMetric[]): Map<string, RunMetric[]> {
  const found = new Map<string, RunMetric[]>();
  for (const point of points) {
    const own = found.get(point.run_id);
    if (own) own.push(point);
    else found.set(point.run_id, [point]);
  }
  return found;
}
