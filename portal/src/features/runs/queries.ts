import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getHistory, getRun, type Metric, type Run } from "../../api/mlflow";
import { polling } from "../../live/polling";
import { isUnderWay } from "./run";

/** Points of a chart at most: about what its pixels can show. */
const POINTS = 1200;

export function useRun(runId: string) {
  return useQuery({
    queryKey: ["run", runId],
    queryFn: ({ signal }) => getRun(runId, signal),
    refetchInterval: (query) => {
      const run: Run | undefined = query.state.data;
      return run && !isUnderWay(run) ? slow(query) : quick(query);
    },
  });
}

// Somebody who is looking at a training shall see a point within two seconds.
const quick = polling(1000, 1500);
const slow = polling(5000, 30_000);

/** A metric's history, asked for anew when its latest point is another one. */
export function useHistory(runId: string, latest: Metric, enabled: boolean) {
  return useQuery({
    queryKey: ["history", runId, latest.key, latest.step, latest.timestamp, latest.value],
    queryFn: ({ signal }) => getHistory(runId, latest.key, POINTS, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    enabled,
  });
}
