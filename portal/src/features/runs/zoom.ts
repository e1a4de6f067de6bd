/** Moving over the x axis that all charts of a page have together. */

import type { Range } from "../../charts/series";

/** From the first place that any chart in sight has to the last. */
export class Extent {
  private readonly known = new Map<object, Range>();

  tell(chart: object, x: Float64Array): void {
    const [from, to] = [x[0], x.at(-1)];
    if (from !== undefined && to !== undefined) this.known.set(chart, { from, to });
  }

  /** The chart went out of sight. */
  forget(chart: object): void {
    this.known.delete(chart);
  }

  whole(): Range | null {
    const all = [...this.known.values()];
    if (all.length === 0) return null;
    return { from: Math.min(...all.map((one) => one.from)), to: Math.max(...all.map((one) => one.to)) };
  }
}

/** The range around the same middle, so many times as wide; null once it is all there is. */
export function scaled(range: Range, factor: number, whole: Range): Range | null {
  const middle = (range.from + range.to) / 2;
  const half = ((range.to - range.from) / 2) * factor;
  if (!(half > 0)) return range;
  const wide = { from: Math.max(middle - half, whole.from), to: Math.min(middle + half, whole.to) };
  return wide.from <= whole.from && wide.to >= whole.to ? null : wide;
}

/** As wide, and half its width further on; as far as there is something. */
export function moved(range: Range, way: 1 | -1, whole: Range): Range {
  const width = range.to - range.from;
  const from = Math.max(whole.from, Math.min(range.from + (way * width) / 2, whole.to - width));
  return { from, to: from + width };
}
