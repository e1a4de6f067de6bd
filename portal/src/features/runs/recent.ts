import { useQuery } from "@tanstack/react-query";
import { type Run, searchExperiments, searchRuns } from "../../api/mlflow";
import { polling } from "../../live/polling";

const SHOWN = 12;

/** The newest runs of the experiments that changed last: a search needs experiments to look in. */
export function useRecentRuns() {
  return useQuery({
    queryKey: ["recent-runs"],
    queryFn: ({ signal }) => recentRuns(signal),
    refetchInterval: polling(3000, 15_000),
  });
}

async function recentRuns(signal: AbortSignal): Promise<Run[]> {
  const { experiments = [] } = await searchExperiments("", "", signal);
  if (experiments.length === 0) return [];
  const experimentIds = experiments.map((one) => one.experiment_id);
  const order = ["attributes.start_time DESC"];
  const found = await searchRuns({ experimentIds, orderBy: order, maxResults: SHOWN }, signal);
  return found.runs ?? [];
}
