/** Selecting runs: one by one, from one to another with Shift, or all that are loaded. */

import { useCallback, useMemo, useRef } from "react";
import type { Lines } from "./lines";

export function useSelecting(lines: Lines, selected: ReadonlySet<string>, onSelected: (ids: Set<string>) => void) {
  const state = useRef({ lines, selected, last: "" });
  state.current.lines = lines;
  state.current.selected = selected;
  const select = useCallback(
    (id: string, on: boolean, range: boolean) => {
      const { current } = state;
      const ids = range ? between(idsOf(current.lines), current.last, id) : [id];
      const after = new Set(current.selected);
      for (const one of ids) on ? after.add(one) : after.delete(one);
      current.last = id;
      onSelected(after);
    },
    [onSelected],
  );
  const all = useMemo(() => idsOf(lines), [lines]);
  const count = useMemo(() => all.reduce((sum, id) => (selected.has(id) ? sum + 1 : sum), 0), [all, selected]);
  const selectAll = (on: boolean) => onSelected(new Set(on ? all : []));
  return { select, selectAll, all: count > 0 && count === all.length, some: count > 0 && count < all.length };
}

function idsOf(lines: Lines): string[] {
  const ids = new Set<string>();
  for (let place = 0; place < lines.length; place++) {
    const line = lines.at(place);
    if (line?.kind === "run") ids.add(line.row.id);
  }
  return [...ids];
}

function between(ids: string[], one: string, other: string): string[] {
  const [from, to] = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
  return from === undefined || from < 0 || to === undefined ? [other] : ids.slice(from, to + 1);
}
