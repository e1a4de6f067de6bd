/** From logged points to what a chart draws. */

import type { Metric } from "../api/mlflow";
import { formatNumber } from "../lib/format";
import { fromWire } from "../lib/numbers";

export type XAxis = "step" | "time" | "relative";

export interface Look {
  x: XAxis;
  /** 0 for none, towards 1 for more. */
  smoothing: number;
  log: boolean;
}

export interface Series {
  x: Float64Array;
  /** As it was logged; null where there is no number to draw. */
  y: (number | null)[];
  smooth: (number | null)[] | null;
}

/** Steps at which something was logged that is no number. */
export interface NonFinite {
  value: string;
  steps: number[];
}

/** A part of an x axis, in the axis' own numbers: steps, or seconds. */
export interface Range {
  from: number;
  to: number;
}

export function seriesOf(points: Metric[], look: Look): Series {
  const ordered = look.x === "step" ? points : [...points].sort((one, other) => one.timestamp - other.timestamp);
  const begin = ordered[0]?.timestamp ?? 0;
  const x = Float64Array.from(ordered, (point) => {
    if (look.x === "step") return point.step;
    return (look.x === "time" ? point.timestamp : point.timestamp - begin) / 1000;
  });
  const y = ordered.map((point) => drawable(fromWire(point.value), look.log));
  return { x, y, smooth: look.smoothing > 0 ? smoothed(y, look.smoothing) : null };
}

export function nonFiniteOf(points: Metric[]): NonFinite[] {
  const found = new Map<string, number[]>();
  for (const point of points) {
    const value = fromWire(point.value);
    if (Number.isFinite(value)) continue;
    const name = formatNumber(value);
    found.set(name, [...(found.get(name) ?? []), point.step]);
  }
  return [...found].map(([value, steps]) => ({ value, steps }));
}

export function drawable(value: number, log: boolean): number | null {
  return Number.isFinite(value) && (!log || value > 0) ? value : null;
}

/** An exponential mean that starts without a lean towards zero. */
export function smoothed(values: (number | null)[], weight: number): (number | null)[] {
  let mean = 0;
  let norm = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = mean * weight + value * (1 - weight);
    norm = norm * weight + (1 - weight);
    return mean / norm;
  });
}
