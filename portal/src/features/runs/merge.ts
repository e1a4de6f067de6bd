/** Laying what was just asked for over what was loaded before. */

import type { RowPage } from "./search";
import type { RunRow } from "./table/row";

/** The runs to show: those at the head as they are now, then the others as they were when they were loaded. */
export function merge(loaded: RunRow[], head: RowPage | undefined, newestFirst: boolean): RunRow[] {
  if (!head) return loaded;
  if (!head.next) return head.rows;
  const ids = new Set(head.rows.map((row) => row.id));
  // What would stand above the head's last run and is not in it was deleted, or matches no more.
  const from = newestFirst ? firstNotAfter(loaded, startOf(head.rows.at(-1))) : 0;
  return [...head.rows, ...loaded.slice(from).filter((row) => !ids.has(row.id))];
}

/** Whether nothing can have slipped between the head and what was loaded. */
export function overlaps(loaded: RunRow[], head: RowPage): boolean {
  if (!head.next || loaded.length === 0) return true;
  const known = new Set(loaded.map((row) => row.id));
  return head.rows.some((row) => known.has(row.id));
}

/** The rows of all pages, each once: a run may have moved while they were loaded. */
export function flat(pages: RowPage[]): RunRow[] {
  const found = new Map<string, RunRow>();
  for (const { rows } of pages) for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
  return [...found.values()];
}

function firstNotAfter(rows: RunRow[], time: number): number {
  const place = rows.findIndex((row) => startOf(row) <= time);
  return place < 0 ? rows.length : place;
}

function startOf(row: RunRow | undefined): number {
  return row?.info.start_time ?? 0;
}
