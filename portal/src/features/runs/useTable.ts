/** All that the page of an experiment's runs shows, from what its address says. */

import { useMemo, useRef } from "react";
import { ApiError } from "../../api/errors";
import { automatic, kinds, listed } from "./columns";
import { isRoot } from "./search";
import { shownColumns } from "./table/layout";
import { groupedLines, nestedLines, plainLines } from "./table/lines";
import { keysIn, type RunRow } from "./table/row";
import { isNested, useChildren, useNesting } from "./useNesting";
import { useRuns } from "./useRuns";
import { groupColumn, type KeyColumn, type RunsView } from "./view";

/** Keys are gathered from so many of the runs: what only older ones have is found by naming it. */
const LOOKED_AT = 1000;

export function useTable(experimentId: string, view: RunsView) {
  const nesting = useNesting(experimentId);
  const nested = isNested(view, nesting);
  const filter = nested ? isRoot(nesting.orphans) : (view.filter ?? "");
  const found = useRuns(experimentId, view, filter, true);
  const children = useChildren(experimentId, view, nesting);
  const { rows } = found;
  const lines = useMemo(() => {
    const by = groupColumn(view.group);
    if (by) return groupedLines(rows, by, new Set(view.folded));
    if (!nested) return plainLines(rows);
    return nestedLines(rows, { counts: nesting.counts, opened: new Set(view.opened), children });
  }, [rows, view.group, view.folded, view.opened, nested, nesting, children]);
  const below = useMemo(() => [...children.values()].flatMap((one) => one.rows), [children]);
  const keys = useKeys(rows, below);
  const columns = useStable(
    shownColumns(
      view.columns,
      automatic(keys).map((one) => one.id),
    ),
    (id) => id,
  );
  const { error } = found;
  const refused = error instanceof ApiError && error.status === 400 && view.filter ? error : undefined;
  return {
    ...found,
    ready: found.data !== undefined && (nesting.known || Boolean(view.filter)),
    lines,
    keys,
    columns,
    nests: nesting.counts.size > 0,
    problem: refused && { message: refused.message, place: refused.place },
    below,
  };
}

/** The keys of the loaded runs, and of the child runs that are shown. */
function useKeys(rows: RunRow[], below: RunRow[]): KeyColumn[] {
  const keys = useMemo(() => {
    const some = [...rows.slice(0, LOOKED_AT), ...below];
    return kinds.flatMap((kind) => listed(kind, keysIn(some, kind)));
  }, [rows, below]);
  return useStable(keys, (one) => one.id);
}

/** The list as it was for as long as it says the same: other columns mean that the table is made anew. */
function useStable<Value>(list: Value[], idOf: (one: Value) => string): Value[] {
  const kept = useRef(list);
  const { current } = kept;
  const same =
    current.length === list.length && current.every((one, place) => idOf(one) === idOf(list[place] as Value));
  if (!same) kept.current = list;
  return kept.current;
}
