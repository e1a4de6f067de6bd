/** The runs of an experiment: pages that are loaded as one scrolls, and a look at the newest again and again. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { ViewType } from "../../api/mlflow";
import { polling } from "../../live/polling";
import { flat, merge, overlaps } from "./merge";
import { type RowPage, searchRows, sharing } from "./search";
import { NEWEST_FIRST, orderBy, type RunsView } from "./view";

/** Little at first, so that something is seen soon; whoever scrolls on wants much. */
const FIRST_PAGE = 200;
const PAGE = 1000;
const HEAD = 60;

/** Runs that match, in the view's order. `filter` is what is asked for, which may be more than the view says. */
export function useRuns(experimentId: string, view: RunsView, filter: string, enabled: boolean) {
  const order = view.order ?? NEWEST_FIRST;
  const viewType: ViewType = view.run_view_type ?? "ACTIVE_ONLY";
  const asked = { experimentIds: [experimentId], filter, orderBy: [orderBy(order) ?? ""].filter(Boolean), viewType };
  const key = ["runs", experimentId, viewType, filter, order];
  const all = useInfiniteQuery({
    queryKey: [...key, "pages"],
    queryFn: ({ pageParam, signal }) =>
      searchRows({ ...asked, pageToken: pageParam, maxResults: pageParam ? PAGE : FIRST_PAGE }, signal),
    initialPageParam: "",
    getNextPageParam: (last: RowPage) => last.next || undefined,
    // Until what another filter or order finds is there; other runs altogether would mislead.
    placeholderData: (before, query) =>
      query?.queryKey[1] === experimentId && query.queryKey[2] === viewType ? before : undefined,
    // Comparing tens of thousands of runs would be felt.
    structuralSharing: false,
    staleTime: 10_000,
    refetchOnWindowFocus: false,
    enabled,
  });
  const loaded = all.data !== undefined && !all.isPlaceholderData;
  const { data: head } = useQuery({
    queryKey: [...key, "head"],
    queryFn: ({ signal }) => searchRows({ ...asked, maxResults: HEAD }, signal),
    structuralSharing: sharing,
    enabled: enabled && loaded,
    refetchInterval: polling(1500, 10_000),
  });
  const pages = useMemo(() => flat(all.data?.pages ?? []), [all.data]);
  const newest = order === NEWEST_FIRST;
  const rows = useMemo(() => merge(pages, loaded ? head : undefined, newest), [pages, loaded, head, newest]);
  const { refetch } = all;
  const torn = head !== undefined && loaded && !overlaps(pages, head);
  useEffect(() => {
    if (torn) void refetch();
  }, [torn, refetch]);
  return { ...all, rows, loaded };
}
