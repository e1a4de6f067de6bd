import { useMemo } from "react";
import { keysIn, type RunRow, textIn } from "../table/row";
import { kinds } from "../columns";
import type { Kind } from "../view";
import type { Known } from "./complete";

/** Values are gathered from so many runs: more would be felt at each letter. */
const LOOKED_AT = 2000;
const MOST = 100;
/** Nobody chooses a longer text from a list. */
const LONGEST = 120;

/** What the loaded runs logged, for the filter to complete. */
export function useKnown(rows: RunRow[]): Known {
  return useMemo(() => {
    const some = rows.slice(0, LOOKED_AT);
    const keys = Object.fromEntries(kinds.map((kind) => [kind, [...keysIn(some, kind)].sort()])) as Record<
      Kind,
      string[]
    >;
    return { keys, values: (kind, key) => valuesOf(some, kind, key) };
  }, [rows]);
}

function valuesOf(rows: RunRow[], kind: "params" | "tags", key: string): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = textIn(row, kind, key);
    if (value !== undefined && value.length <= LONGEST) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([one, a], [other, b]) => b - a || one.localeCompare(other));
  return byCount.slice(0, MOST).map(([value]) => value);
}
