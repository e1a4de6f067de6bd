/** What stands in the table from top to bottom: runs, the heads of groups, and child runs below their parents. */

import type { KeyColumn } from "../view";
import { type Group, groupsOf } from "./groups";
import type { RunRow } from "./row";

export interface RunLine {
  kind: "run";
  row: RunRow;
  /** How many parents stand above it. */
  depth: number;
  /** Child runs, if it has any. */
  children: number;
  open: boolean;
}

export interface GroupLine {
  kind: "group";
  group: Group;
  open: boolean;
}

/** Child runs that are not there yet. */
export interface WaitLine {
  kind: "wait";
  parent: string;
  depth: number;
  state: Children["state"];
}

export type Line = RunLine | GroupLine | WaitLine;

/** What was found of a parent's child runs. */
export interface Children {
  rows: RunRow[];
  state: "loading" | "failed" | "more" | "all";
}

export interface Tree {
  /** How many child runs those have that have any. */
  counts: ReadonlyMap<string, number>;
  opened: ReadonlySet<string>;
  children: ReadonlyMap<string, Children>;
}

/** Lines by their place; the plain list of all runs, which may be very long, is not copied. */
export interface Lines {
  length: number;
  at: (place: number) => Line | undefined;
}

export function plainLines(rows: RunRow[]): Lines {
  return { length: rows.length, at: (place) => rows[place] && runLine(rows[place]) };
}

export function groupedLines(rows: RunRow[], by: KeyColumn, folded: ReadonlySet<string>): Lines {
  const lines: Line[] = [];
  for (const group of groupsOf(rows, by)) {
    const open = !folded.has(mark(group.value));
    lines.push({ kind: "group", group, open });
    if (open) for (const row of group.rows) lines.push(runLine(row));
  }
  return listed(lines);
}

export function nestedLines(rows: RunRow[], tree: Tree): Lines {
  const lines: Line[] = [];
  const add = (row: RunRow, depth: number, above: readonly string[]) => {
    const children = above.includes(row.id) ? 0 : (tree.counts.get(row.id) ?? 0);
    const open = children > 0 && tree.opened.has(row.id);
    lines.push({ kind: "run", row, depth, children, open });
    if (!open) return;
    const found = tree.children.get(row.id) ?? { rows: [], state: "loading" };
    for (const child of found.rows) add(child, depth + 1, [...above, row.id]);
    if (found.state !== "all") lines.push({ kind: "wait", parent: row.id, depth: depth + 1, state: found.state });
  };
  for (const row of rows) add(row, 0, []);
  return listed(lines);
}

/** How the address names the group of a value: runs without one have a group as well. */
export function mark(value: string | null): string {
  return value === null ? "" : `=${value}`;
}

function listed(lines: Line[]): Lines {
  return { length: lines.length, at: (place) => lines[place] };
}

function runLine(row: RunRow): RunLine {
  return { kind: "run", row, depth: 0, children: 0, open: false };
}
