/** The runs of an experiment: pages that are loaded as one scrolls, and a look at the newest again and again. */

import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type Run, type Runs, searchRuns } from "../../api/mlflow";
import { polling } from "../../live/polling";
import { merge, overlaps } from "./merge";
import { NEWEST_FIRST, orderBy, type RunsView } from "./view";

const PAGE = 200;
const HEAD = 60;

export function useRuns(experimentId: string, view: RunsView) {
  const order = view.order ?? NEWEST_FIRST;
  const asked = { experimentIds: [experimentId], filter: view.filter, orderBy: [orderBy(order) ?? ""].filter(Boolean) };
  const key = ["runs", experimentId, view.filter ?? "", order];
  const all = useInfiniteQuery({
    queryKey: [...key, "pages"],
    queryFn: ({ pageParam, signal }) => searchRuns({ ...asked, pageToken: pageParam, maxResults: PAGE }, signal),
    initialPageParam: "",
    getNextPageParam: (last: Runs) => last.next_page_token || undefined,
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });
  const loaded = all.data !== undefined;
  const { data: head } = useQuery({
    queryKey: [...key, "head"],
    queryFn: ({ signal }) => searchRuns({ ...asked, maxResults: HEAD }, signal),
    enabled: loaded,
    refetchInterval: polling(1500, 10_000),
  });
  const pages = useMemo(() => flat(all.data), [all.data]);
  const runs = useMemo(() => merge(pages, head, order === NEWEST_FIRST), [pages, head, order]);
  const { refetch } = all;
  const torn = head !== undefined && loaded && !overlaps(pages, head);
  useEffect(() => {
    if (torn) void refetch();
  }, [torn, refetch]);
  return { ...all, runs };
}

function flat(data: InfiniteData<Runs> | undefined): Run[] {
  return data?.pages.flatMap((page) => page.runs ?? []) ?? [];
}
