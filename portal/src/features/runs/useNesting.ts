/** Runs as a tree: which have child runs, and the child runs of those that are opened. */

import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getNesting } from "../../api/lazward";
import { polling } from "../../live/polling";
import { isChildOf, type RowPage, searchRows, sharing } from "./search";
import type { Children } from "./table/lines";
import { NEWEST_FIRST, orderBy, type RunsView } from "./view";

/** Child runs that are shown below their parent; the filter shows the others. */
const MOST_CHILDREN = 200;
/** Parents whose child runs are looked after at once. */
const MOST_OPENED = 30;

export interface Nesting {
  /** Whether it is known. */
  known: boolean;
  counts: ReadonlyMap<string, number>;
  orphans: string[];
}

export function useNesting(experimentId: string): Nesting {
  const { data, isPending } = useQuery({
    queryKey: ["nesting", experimentId],
    queryFn: ({ signal }) => getNesting(experimentId, signal),
    refetchInterval: polling(3000, 30_000),
  });
  return useMemo(
    () => ({
      known: !isPending,
      counts: new Map(data?.parents.map((one) => [one.run_id, one.children])),
      orphans: data?.orphans ?? [],
    }),
    [data, isPending],
  );
}

/** A tree makes sense where all runs are looked at; what a filter finds may lie anywhere in it. */
export function isNested(view: RunsView, nesting: Nesting): boolean {
  const all = !view.filter && !view.group && !view.run_view_type;
  return all && view.nesting !== "flat" && nesting.counts.size > 0;
}

export function useChildren(experimentId: string, view: RunsView, nesting: Nesting): ReadonlyMap<string, Children> {
  const nested = isNested(view, nesting);
  const parents = nested ? (view.opened ?? []).filter((id) => nesting.counts.has(id)).slice(0, MOST_OPENED) : [];
  const order = orderBy(view.order ?? NEWEST_FIRST) ?? "";
  const found = useQueries({
    queries: parents.map((id) => ({
      queryKey: ["runs", experimentId, "children", id, order],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        searchRows(
          { experimentIds: [experimentId], filter: isChildOf(id), orderBy: [order], maxResults: MOST_CHILDREN },
          signal,
        ),
      structuralSharing: sharing,
      refetchInterval: polling(2000, 20_000),
    })),
  });
  const signature = found.map((one, place) => `${parents[place]} ${one.dataUpdatedAt} ${one.isError}`).join("\n");
  // Another map means that all lines are laid out anew.
  return useMemo(() => new Map(found.map((one, place) => [parents[place] ?? "", childrenOf(one)])), [signature]);
}

function childrenOf({ data, isError }: { data?: RowPage; isError: boolean }): Children {
  if (!data) return { rows: [], state: isError ? "failed" : "loading" };
  return { rows: data.rows, state: data.next ? "more" : "all" };
}
