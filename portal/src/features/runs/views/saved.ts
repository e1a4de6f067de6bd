/**
 * Saved views: each is a tag of the experiment, so that a team shares them and two who save at the same time do
 * not overwrite each other. The name stands in the value, as keys take fewer characters.
 */

import type { KeyValue } from "../../../api/mlflow";
import { parseRunsView, type RunsView } from "../view";

export interface SavedView {
  /** The key of the tag. */
  key: string;
  name: string;
  view: RunsView;
}

const PREFIX = "lazward.view.";
/** What is opened and folded, and whether deleted runs are looked at, is of the moment. */
const PARTS = ["filter", "order", "columns", "pins", "widths", "group", "nesting"] as const;

export function savedViews(tags: KeyValue[] | undefined): SavedView[] {
  const found = (tags ?? []).flatMap(({ key, value }) => (key.startsWith(PREFIX) ? (read(key, value) ?? []) : []));
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/** The tag for a view: that of the one it replaces, or a new one. */
export function tagOf(name: string, view: RunsView, all: SavedView[]): KeyValue {
  const same = all.find((one) => one.name === name);
  const key = same?.key ?? PREFIX + crypto.getRandomValues(new Uint32Array(2)).join("");
  return { key, value: JSON.stringify({ name, view: lasting(view) }) };
}

/** Whether what is shown is this view. */
export function isShown(saved: RunsView, shown: RunsView): boolean {
  return JSON.stringify(lasting(saved)) === JSON.stringify(lasting(shown));
}

/** The parts of a view that are saved, in an order that makes equal ones equal. */
export function lasting(view: RunsView): RunsView {
  return Object.fromEntries(PARTS.flatMap((part) => (view[part] === undefined ? [] : [[part, view[part]]])));
}

/** Nothing, for what somebody else has put there. */
function read(key: string, value: string): SavedView | null {
  try {
    const { name, view } = JSON.parse(value) as { name?: unknown; view?: unknown };
    if (typeof name !== "string" || !name || typeof view !== "object" || view === null) return null;
    return { key, name, view: lasting(parseRunsView(view as Record<string, unknown>)) };
  } catch {
    return null;
  }
}
