/** The table of differences as a file. */

import { csvOf } from "../../lib/csv";
import { fromWire } from "../../lib/numbers";
import { save } from "../../lib/save";
import type { Compared } from "./compared";
import type { Row } from "./differences";

/** Spreadsheets take a text for UTF-8 only with this in front. */
const MARK = "\ufeff";

export function saveDifferences(runs: Compared[], rows: Row[]): void {
  save(new Blob([MARK, differencesCsv(runs, rows)], { type: "text/csv;charset=utf-8" }), "differences.csv");
}

/** Names may be the same, so ids stand below them; numbers have all their digits. */
function differencesCsv(runs: Compared[], rows: Row[]): string {
  const logged = runs.map(valuesOf);
  return csvOf([
    ["kind", "key", ...runs.map((one) => one.name)],
    ["attribute", "run_id", ...runs.map((one) => one.id)],
    ...rows.map(({ id, kind, key }) => [kind.slice(0, -1), key, ...logged.map((values) => values.get(id) ?? "")]),
  ]);
}

function valuesOf({ run: { data } }: Compared): Map<string, string> {
  return new Map([
    ...(data.params ?? []).map(({ key, value }): [string, string] => [`params.${key}`, value]),
    ...(data.metrics ?? []).map(({ key, value }): [string, string] => [`metrics.${key}`, String(fromWire(value))]),
    ...(data.tags ?? []).map(({ key, value }): [string, string] => [`tags.${key}`, value]),
  ]);
}
