import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getChart } from "../../api/lazward";
import { getRun, type Metric, type Run } from "../../api/mlflow";
import { asked, axisOf, isThinned } from "../../charts/drawn";
import type { Look, Range } from "../../charts/series";
import { useThrottled } from "../../ui/useThrottled";
import { polling } from "../../live/polling";
import { queryClient } from "../../live/queries";
import { isUnderWay } from "./run";

/** Parts of a chart's x axis: about as many as it has pixels. */
const BUCKETS = 500;
/** Points of a history that the server goes through for a while. */
const LONG = 100_000;
const LONG_WAIT = 5000;

/** Ask for a run before the page that shows it is there. */
export function askForRun(runId: string): void {
  void queryClient.prefetchQuery(asking(runId));
}

export function useRun(runId: string) {
  return useQuery({
    ...asking(runId),
    refetchInterval: (query) => {
      const run: Run | undefined = query.state.data;
      return run && !isUnderWay(run) ? slow(query) : quick(query);
    },
  });
}

function asking(runId: string) {
  return queryOptions({ queryKey: ["run", runId], queryFn: ({ signal }) => getRun(runId, signal) });
}

// Somebody who is looking at a training shall see a point within two seconds.
const quick = polling(1000, 1500);
const slow = polling(5000, 30_000);

/**
 * What to draw of a metric: of all there is, and of a part of that where the server has finer points for it.
 *
 * It is asked for anew when the latest point is another one; of very long histories, not more often than each
 * five seconds.
 */
export function useChart(runId: string, latest: Metric, look: Look, range: Range | null) {
  const [count, setCount] = useState(0);
  const newest = useThrottled(latest, count > LONG ? LONG_WAIT : 0);
  const axis = axisOf(look);
  const about = ["chart", runId, newest.key, axis, newest.step, newest.timestamp, newest.value];
  const ask = { key: newest.key, x: axis, buckets: BUCKETS };
  const settings = { staleTime: Number.POSITIVE_INFINITY, gcTime: 30_000, structuralSharing: false };
  const whole = useQuery({
    ...settings,
    queryKey: about,
    queryFn: ({ signal }) => getChart(runId, ask, signal),
    placeholderData: keepPreviousData,
  });
  useEffect(() => setCount(whole.data?.count ?? 0), [whole.data]);
  const part = range && whole.data && isThinned(whole.data) ? asked(range, look, whole.data) : null;
  const finer = useQuery({
    ...settings,
    queryKey: [...about, part?.start, part?.end],
    queryFn: ({ signal }) => getChart(runId, { ...ask, ...part }, signal),
    enabled: part !== null,
  });
  const chart = (part && finer.data) || whole.data;
  return { chart, error: whole.error ?? finer.error };
}
