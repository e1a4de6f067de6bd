import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getJob, type Job, listJobs } from "../../api/lazward";
import { polling } from "../../live/polling";
import { isOver } from "./job";
import { ACTIVE, type JobsView, statesOf } from "./search";

const PAGE = 100;
/** So many of what a target has to do are shown; the page of jobs has the others. */
const MOST_ACTIVE = 200;

/** What changes when a job does. */
export const JOB_CHANGES = [["jobs"], ["job"], ["compute"]] as const;

export function useJobs(view: JobsView) {
  const { state, target, experiment } = view;
  return useInfiniteQuery({
    queryKey: ["jobs", view],
    queryFn: ({ pageParam, signal }) =>
      listJobs({ states: statesOf(state), compute: target, experiment, before: pageParam, most: PAGE }, signal),
    initialPageParam: "",
    getNextPageParam: (last: Job[]) => (last.length < PAGE ? undefined : last.at(-1)?.run_id),
    placeholderData: (before) => before,
    refetchInterval: polling(2000, 10_000),
  });
}

/** The jobs of a target that are not over: those that wait, the next first, and before them those that run. */
export function useActiveJobs(target: string) {
  return useQuery({
    queryKey: ["jobs", "of target", target],
    queryFn: ({ signal }) => listJobs({ states: statesOf(ACTIVE), compute: target, most: MOST_ACTIVE }, signal),
    select: (jobs) => [...jobs].sort((one, other) => (one.position ?? 0) - (other.position ?? 0)),
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
