/** What of an experiment's runs is shown and how, as the address says. */

import { texts } from "../../lib/texts";

export interface RunsView {
  filter?: string;
  /** A column, with a minus in front for the highest first. */
  order?: string;
  columns?: string[];
}

export const NEWEST_FIRST = "-start_time";

export type Kind = "metrics" | "params" | "tags";

/** A column that shows what runs logged under a key. */
export interface KeyColumn {
  id: string;
  kind: Kind;
  key: string;
}

const fixed: Record<string, string> = {
  run_name: texts.name,
  status: texts.status,
  start_time: texts.started,
  user_id: texts.user,
};

export function parseRunsView(raw: Record<string, unknown>): RunsView {
  const { filter, order, columns } = raw;
  return {
    ...(typeof filter === "string" && filter && { filter }),
    ...(typeof order === "string" && orderBy(order) && { order }),
    ...(Array.isArray(columns) && { columns: columns.filter((one) => keyColumn(one) !== null) }),
  };
}

export function keyColumn(id: unknown): KeyColumn | null {
  const found = typeof id === "string" ? /^(metrics|params|tags)\.(.+)$/su.exec(id) : null;
  return found ? { id: id as string, kind: found[1] as Kind, key: found[2] as string } : null;
}

/** The order in the words of MLflow's search; null for what is none. */
export function orderBy(order: string): string | null {
  const field = order.replace(/^-/, "");
  const direction = order.startsWith("-") ? "DESC" : "ASC";
  if (field in fixed) return `attributes.${field} ${direction}`;
  const column = keyColumn(field);
  return column ? `${column.kind}.${quoted(column.key)} ${direction}` : null;
}

/** A key as the filter language takes it, whatever is in it; it has three kinds of quotes. */
function quoted(key: string): string {
  const mark = ["`", '"', "'"].find((one) => !key.includes(one)) ?? "`";
  return mark + key.replaceAll(mark, "") + mark;
}
