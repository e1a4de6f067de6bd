import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getExperiment, searchExperiments } from "../../api/mlflow";
import { polling } from "../../live/polling";

/** Experiments whose name holds a text, a page at a time. */
export function useExperiments(name: string) {
  return useInfiniteQuery({
    queryKey: ["experiments", name],
    queryFn: ({ pageParam, signal }) => searchExperiments(filterOf(name), pageParam, signal),
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

function filterOf(name: string): string {
  return name ? `name ILIKE '%${name.replaceAll("'", "''")}%'` : "";
}
