/** What stands in the cells of each column. */

import type { ReactNode } from "react";
import { formatNumber, formatTime } from "../../../lib/format";
import { texts } from "../../../lib/texts";
import { Status } from "../../../ui/Status";
import { Duration } from "../Duration";
import { attributes, type Kind, keyColumn } from "../view";
import { metricOf, type RunRow, textIn } from "./row";

export interface Column {
  id: string;
  name: string;
  kind?: Kind;
  sortable: boolean;
  /** What the cell of a run shows, where that is no more than a text. */
  text?: (row: RunRow) => string;
  cell?: (row: RunRow) => ReactNode;
}

const names: Record<string, string> = {
  run_name: texts.name,
  status: texts.status,
  start_time: texts.started,
  end_time: texts.ended,
  duration: texts.duration,
  user_id: texts.user,
  run_id: texts.runId,
};

const contents: Record<string, Pick<Column, "text" | "cell">> = {
  status: { cell: (row) => <Status value={row.info.status} /> },
  start_time: { text: (row) => formatTime(row.info.start_time, true) },
  end_time: { text: (row) => formatTime(row.info.end_time || null, true) },
  duration: { cell: (row) => <Duration info={row.info} /> },
  user_id: { text: (row) => row.user },
  run_id: { text: (row) => row.id },
};

export function columnOf(id: string): Column {
  const key = keyColumn(id);
  if (!key) return { id, name: names[id] ?? id, sortable: Boolean(attributes[id]), ...contents[id] };
  return { id, name: key.key, kind: key.kind, sortable: true, text: (row) => loggedText(row, key.kind, key.key) };
}

function loggedText(row: RunRow, kind: Kind, key: string): string {
  if (kind !== "metrics") return textIn(row, kind, key) ?? "";
  const value = metricOf(row, key);
  return value === undefined ? "" : formatNumber(value);
}
