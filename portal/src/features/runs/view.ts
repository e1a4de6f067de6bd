/** What of an experiment's runs is shown and how, as the address says. */

export interface RunsView {
  filter?: string;
  /** A column, with a minus in front for the highest first. */
  order?: string;
  /** Columns by id, in their order; where none is one that all runs have, those stand in front. */
  columns?: string[];
  /** Those of them that stay at the left. */
  pins?: string[];
  /** Widths that were changed, as `ID:PIXELS`. */
  widths?: string[];
  /** The param or tag by whose values runs are grouped. */
  group?: string;
  /** Values whose group is folded. */
  folded?: string[];
  /** Parents whose child runs are shown. */
  opened?: string[];
  /** Whether child runs stand among the others rather than below their parents. */
  nesting?: "flat";
  run_view_type?: "DELETED_ONLY";
}

export const NEWEST_FIRST = "-start_time";

export type Kind = "metrics" | "params" | "tags";

/** A column that shows what runs logged under a key. */
export interface KeyColumn {
  id: string;
  kind: Kind;
  key: string;
}

/** Columns that all runs have, with what the search calls them; it cannot order by the others. */
export const attributes: Record<string, string | null> = {
  run_name: "run_name",
  status: "status",
  start_time: "start_time",
  end_time: "end_time",
  duration: null,
  user_id: "user_id",
  run_id: "run_id",
};

const LISTS = ["columns", "pins", "widths", "folded", "opened"] as const;

export function parseRunsView(raw: Record<string, unknown>): RunsView {
  const { filter, order, group } = raw;
  const view: RunsView = {
    ...(typeof filter === "string" && filter && { filter }),
    ...(typeof order === "string" && orderBy(order) && { order }),
    ...(groupColumn(group) && { group: group as string }),
    ...(raw["nesting"] === "flat" && { nesting: "flat" }),
    ...(raw["run_view_type"] === "DELETED_ONLY" && { run_view_type: "DELETED_ONLY" }),
  };
  for (const name of LISTS) {
    const list = raw[name];
    if (Array.isArray(list)) view[name] = list.filter((one) => typeof one === "string");
  }
  if (view.columns) view.columns = view.columns.filter(isColumn);
  return view;
}

export function keyColumn(id: unknown): KeyColumn | null {
  const found = typeof id === "string" ? /^(metrics|params|tags)\.(.+)$/su.exec(id) : null;
  return found ? { id: id as string, kind: found[1] as Kind, key: found[2] as string } : null;
}

export function isColumn(id: string): boolean {
  return isAttribute(id) || keyColumn(id) !== null;
}

export function isAttribute(id: string): boolean {
  return Object.hasOwn(attributes, id);
}

/** What runs can be grouped by: what has the same value in several of them. */
export function groupColumn(id: unknown): KeyColumn | null {
  const found = keyColumn(id);
  return found && found.kind !== "metrics" ? found : null;
}

/** The order in the words of MLflow's search; null for what is none. */
export function orderBy(order: string): string | null {
  const field = order.replace(/^-/, "");
  const direction = order.startsWith("-") ? "DESC" : "ASC";
  if (isAttribute(field)) return attributes[field] ? `attributes.${attributes[field]} ${direction}` : null;
  const column = keyColumn(field);
  return column ? `${column.kind}.${quoted(column.key)} ${direction}` : null;
}

/** A key as the filter language takes it, whatever is in it; it has three kinds of quotes. */
export function quoted(key: string): string {
  const mark = ["`", '"', "'"].find((one) => !key.includes(one)) ?? "`";
  return mark + key.replaceAll(mark, "") + mark;
}
