import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Job, listEnvironments, listEnvironmentVersions, listJobsIn } from "../../api/lazward";
import { polling } from "../../live/polling";

const JOBS = 20;

/** The newest version of each environment, by name. */
export function useEnvironments() {
  return useQuery({
    queryKey: ["environments"],
    queryFn: ({ signal }) => listEnvironments(signal),
    refetchInterval: polling(10_000, 60_000),
  });
}

/** All versions of an environment, the newest first. */
export function useEnvironmentVersions(name: string) {
  return useQuery({
    queryKey: ["environment", name],
    queryFn: ({ signal }) => listEnvironmentVersions(name, signal),
    refetchInterval: polling(10_000, 60_000),
  });
}

/** Jobs that were submitted with an environment, `NAME` or `NAME:VERSION`, the newest first, a page at a time. */
export function useJobsIn(environment: string) {
  return useInfiniteQuery({
    queryKey: ["jobs", "in environment", environment],
    queryFn: ({ pageParam, signal }) => listJobsIn(environment, pageParam, JOBS, signal),
    initialPageParam: "",
    getNextPageParam: (last: Job[]) => (last.length < JOBS ? undefined : last.at(-1)?.run_id),
    refetchInterval: polling(3000, 15_000),
  });
}
