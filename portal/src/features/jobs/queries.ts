import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { cancelJob, getJob, type Job, listJobs } from "../../api/lazward";
import { polling } from "../../live/polling";
import { isOver } from "./job";

const PAGE = 100;

export function useJobs() {
  return useInfiniteQuery({
    queryKey: ["jobs"],
    queryFn: ({ pageParam, signal }) => listJobs(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last: Job[]) => (last.length < PAGE ? undefined : last.at(-1)?.run_id),
    refetchInterval: polling(2000, 10_000),
  });
}

export function useJob(runId: string) {
  return useQuery({
    queryKey: ["job", runId],
    queryFn: ({ signal }) => getJob(runId, signal),
    refetchInterval: polling(1000, 3000, isOver),
  });
}

export function useCancel(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => cancelJob(runId),
    onSettled: () => Promise.all([["jobs"], ["job", runId]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
