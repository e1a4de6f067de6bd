/** Runs with the same value of a param or tag, and what their metrics are taken together. */

import type { KeyColumn } from "../view";
import { metricOf, type RunRow, textIn } from "./row";

export interface Group {
  /** Null for the runs without a value. */
  value: string | null;
  rows: RunRow[];
}

export interface Summary {
  low: number;
  mean: number;
  high: number;
}

/** In the order in which the values first come, so that the group of the best run is first; none comes last. */
export function groupsOf(rows: RunRow[], by: KeyColumn): Group[] {
  if (by.kind === "metrics") return [];
  const groups = new Map<string, RunRow[]>();
  const rest: RunRow[] = [];
  for (const row of rows) {
    const value = textIn(row, by.kind, by.key);
    if (value === undefined) rest.push(row);
    else if (groups.has(value)) groups.get(value)?.push(row);
    else groups.set(value, [row]);
  }
  const found: Group[] = [...groups].map(([value, own]) => ({ value, rows: own }));
  return rest.length > 0 ? [...found, { value: null, rows: rest }] : found;
}

/** Lowest, mean and highest of a metric over runs, as far as they are finite; null where none is. */
export function summaryOf(rows: RunRow[], key: string): Summary | null {
  let [low, high, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const row of rows) {
    const value = metricOf(row, key);
    if (value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    count += 1;
  }
  return count > 0 ? { low, high, mean: sum / count } : null;
}
