/** A run's metrics in the order in which their charts are shown. */

import type { Metric } from "../../api/mlflow";
import { texts } from "../../lib/texts";

export interface Group {
  name: string;
  title: string;
  metrics: Metric[];
}

const SYSTEM = "system";
const PINNED = " pinned";

/**
 * Those that hold the words that are searched for: what is pinned first, then by what stands before the first
 * slash of their keys, and at last what the machine was doing meanwhile.
 */
export function groupsOf(metrics: Metric[], search: string, pins: ReadonlySet<string>): Group[] {
  const wanted = search.toLowerCase();
  const groups = new Map<string, Metric[]>();
  for (const metric of metrics) {
    if (!metric.key.toLowerCase().includes(wanted)) continue;
    const name = pins.has(metric.key) ? PINNED : prefixOf(metric.key);
    const group = groups.get(name);
    if (group) group.push(metric);
    else groups.set(name, [metric]);
  }
  return [...groups]
    .sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other))
    .map(([name, found]) => ({ name, title: titleOf(name), metrics: found }));
}

/** Parts that are found as a row of so many charts, with a head above each group that has company. */
export type Item = { kind: "head"; group: Group } | { kind: "row"; group: Group; metrics: Metric[] };

export function itemsOf(groups: Group[], closed: ReadonlySet<string>, columns: number): Item[] {
  return groups.flatMap((group): Item[] => {
    const rows: Item[] = [];
    if (!closed.has(group.name)) {
      for (let at = 0; at < group.metrics.length; at += columns)
        rows.push({ kind: "row", group, metrics: group.metrics.slice(at, at + columns) });
    }
    return [{ kind: "head", group }, ...rows];
  });
}

function prefixOf(key: string): string {
  const slash = key.indexOf("/");
  return slash > 0 ? key.slice(0, slash) : "";
}

function rank(name: string): number {
  return name === PINNED ? 0 : name === SYSTEM ? 2 : 1;
}

function titleOf(name: string): string {
  if (name === PINNED) return texts.runPage.pinned;
  return name === SYSTEM ? texts.runPage.system : name || texts.ungrouped;
}
