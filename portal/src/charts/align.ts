/** Many lines over one axis: the shape in which they are drawn. */

import type uPlot from "uplot";

export interface Line {
  id: string;
  name: string;
  colour: string;
  dash: number[];
  x: Float64Array;
  y: (number | null)[];
}

/** Places on the x axis at most. Each run has times of its own, and all lines have a cell at each place. */
const PLACES = 3000;

/** Places where another line has a point and this one has none are undefined, and the line goes on over them. */
export function align(lines: Line[]): uPlot.AlignedData {
  const all = new Set<number>();
  for (const { x } of lines) for (const at of x) all.add(at);
  const round = all.size > PLACES ? rounding(all) : (at: number) => at;
  const places = Float64Array.from(new Set([...all].map(round))).sort();
  const indexes = new Map<number, number>();
  for (const [index, at] of places.entries()) indexes.set(at, index);
  const rows = lines.map(({ x, y }) => {
    const row = new Array<number | null | undefined>(places.length).fill(undefined);
    for (const [index, at] of x.entries()) row[indexes.get(round(at)) ?? 0] = y[index];
    return row;
  });
  return [places, ...rows];
}

/** To the nearest of `PLACES` places, which are closer together than pixels are. */
function rounding(all: Set<number>): (at: number) => number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of all) [first, last] = [Math.min(first, at), Math.max(last, at)];
  const width = (last - first) / (PLACES - 1);
  return (at) => first + Math.round((at - first) / width) * width;
}

/** Where a line has the point that is next to a place. */
export function nearest(row: ArrayLike<number | null | undefined>, at: number): number {
  for (let away = 0; away < row.length; away++) {
    if (typeof row[at - away] === "number") return at - away;
    if (typeof row[at + away] === "number") return at + away;
  }
  return at;
}
