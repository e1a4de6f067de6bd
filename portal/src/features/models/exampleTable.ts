/** An input example as a table, where it is one. */

import { record } from "./mlmodel";

export interface Table {
  heads: string[];
  rows: string[][];
}

/** The table that a text of JSON holds: columns with data, as pandas writes them; null for anything else. */
export function tableOf(text: string): Table | null {
  const { columns, data } = splitOf(text);
  if (!Array.isArray(data) || !data.every(Array.isArray)) return null;
  const width = Math.max(0, ...data.map((row) => row.length));
  const heads = Array.isArray(columns)
    ? columns.map(shown)
    : Array.from({ length: width }, (_, index) => String(index));
  return { heads, rows: data.map((row) => row.map(shown)) };
}

function splitOf(text: string): Record<string, unknown> {
  try {
    const told = record(JSON.parse(text));
    return "dataframe_split" in told ? record(told["dataframe_split"]) : told;
  } catch {
    return {};
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
