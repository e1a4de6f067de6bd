import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getExperiment, searchExperiments, type ViewType } from "../../api/mlflow";
import { polling } from "../../live/polling";

/** Experiments whose name holds a text, a page at a time. */
export function useExperiments(name: string, viewType: ViewType = "ACTIVE_ONLY") {
  return useInfiniteQuery({
    queryKey: ["experiments", name, viewType],
    queryFn: ({ pageParam, signal }) => searchExperiments(filterOf(name), pageParam, signal, viewType),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    placeholderData: (before) => before,
    refetchInterval: polling(5000, 30_000),
  });
}

export function useExperiment(id: string) {
  const queryFn = ({ signal }: { signal: AbortSignal }) => getExperiment(id, signal);
  return useQuery({ queryKey: ["experiment", id], queryFn, staleTime: 60_000 });
}

/** What is done once an experiment was changed. */
export function useExperimentChanged() {
  const client = useQueryClient();
  return async (id: string) => {
    void client.invalidateQueries({ queryKey: ["runs", id] });
    await Promise.all([
      client.invalidateQueries({ queryKey: ["experiments"] }),
      client.invalidateQueries({ queryKey: ["experiment", id] }),
    ]);
  };
}

function filterOf(name: string): string {
  return name ? `name ILIKE '%${name.replaceAll("'", "''")}%'` : "";
}
