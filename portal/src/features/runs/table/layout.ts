/** Where columns stand: their order, their widths and which stay at the left. Plain values in and out. */

import { isAttribute, keyColumn, type RunsView } from "../view";

export interface Placed {
  id: string;
  width: number;
  /** Pixels from the left edge of the table. */
  left: number;
  pinned: boolean;
}

/** What is shown of all runs until other columns are chosen. */
export const USUAL = ["run_name", "status", "start_time", "duration", "user_id"];
export const SELECT = "select";

/** Without its name nobody could tell a run, so it is always there. */
const NAME = "run_name";
const SELECT_WIDTH = 48;
const WIDTHS: Record<string, number> = {
  run_name: 260,
  status: 120,
  start_time: 200,
  end_time: 200,
  duration: 110,
  user_id: 130,
  run_id: 280,
};
const KEY_WIDTH = 140;
const PHONE = 640;
const NARROW_NAME = 170;
export const NARROWEST = 60;
export const WIDEST = 1200;

/** The ids of the columns to show, in their order. */
export function shownColumns(columns: string[] | undefined, automatic: string[]): string[] {
  const given = columns ?? automatic;
  const whole = given.some(isAttribute) ? given : [...USUAL, ...given];
  const unique = [...new Set(whole)];
  return unique.includes(NAME) ? unique : [NAME, ...unique];
}

/** The columns side by side, those that are pinned first; the box to select with leads. */
export function place(ids: string[], view: RunsView): Placed[] {
  const pins = pinsOf(view);
  const widths = widthsOf(view.widths);
  const pinned = ids.filter((id) => pins.includes(id));
  const order = [SELECT, ...pinned, ...ids.filter((id) => !pins.includes(id))];
  let left = 0;
  return order.map((id, index) => {
    const width = id === SELECT ? SELECT_WIDTH : (widths.get(id) ?? usualWidth(id));
    const column = { id, width, left, pinned: index <= pinned.length };
    left += width;
    return column;
  });
}

export function pinsOf(view: RunsView): string[] {
  return view.pins ?? [NAME];
}

export function usualWidth(id: string): number {
  if (id === NAME && globalThis.innerWidth < PHONE) return NARROW_NAME;
  return WIDTHS[id] ?? KEY_WIDTH;
}

/** A column in another place: in front of the other one if it came from behind, else behind it. */
export function moved(ids: string[], id: string, onto: string): string[] {
  const [from, to] = [ids.indexOf(id), ids.indexOf(onto)];
  if (from < 0 || to < 0 || from === to) return ids;
  const rest = ids.filter((one) => one !== id);
  rest.splice(to, 0, id);
  return rest;
}

/** The neighbour in the part of the table, pinned or not, in which the column stands. */
export function neighbour(ids: string[], pins: string[], id: string, step: 1 | -1): string | undefined {
  const part = ids.filter((one) => pins.includes(one) === pins.includes(id));
  return part[part.indexOf(id) + step];
}

export function toggled(list: string[], id: string): string[] {
  return list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
}

/** The widths that the address tells, with another one; it tells only those that are not the usual ones. */
export function resized(widths: string[] | undefined, id: string, width: number): string[] | undefined {
  const all = widthsOf(widths);
  const bounded = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
  if (bounded === usualWidth(id)) all.delete(id);
  else all.set(id, bounded);
  return all.size > 0 ? [...all].map(([one, pixels]) => `${one}:${pixels}`) : undefined;
}

export function widthsOf(widths: string[] | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const one of widths ?? []) {
    const parts = /^(.+):(\d{1,4})$/su.exec(one);
    if (parts?.[1] && parts[2]) found.set(parts[1], Math.min(WIDEST, Math.max(NARROWEST, Number(parts[2]))));
  }
  return found;
}

/** What stands in a column's head. */
export function keyOf(id: string): string {
  return keyColumn(id)?.key ?? id;
}
