/** Where runs stand between two axes. */

import { type Scale, scaleOf } from "../../charts/scale";
import type { KeyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { loggedOf } from "./fields";

export interface Placed {
  across: Scale;
  up: Scale;
  /** From left to right; runs without a value on one of the axes are left out. */
  points: { one: Compared; at: { x: number; y: number } }[];
}

export function placed(runs: Compared[], x: KeyColumn, y: KeyColumn): Placed {
  const values = runs.map((one) => ({ one, x: loggedOf(one.run, x), y: loggedOf(one.run, y) }));
  const across = scaleOf(values.map((value) => value.x));
  const up = scaleOf(values.map((value) => value.y));
  const points = values.flatMap(({ one, x: right, y: high }) => {
    const at = { x: across.place(right), y: up.place(high) };
    return at.x === null || at.y === null ? [] : [{ one, at: { x: at.x, y: at.y } }];
  });
  return { across, up, points: points.sort((one, other) => one.at.x - other.at.x) };
}
