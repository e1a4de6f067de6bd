/** A surface over scattered points, as bands of equal height. */

import { type ContourMultiPolygon, contours } from "d3-contour";
import { Delaunay } from "d3-delaunay";

/** Where something was measured, from 0 to 1 in all directions. */
export interface Height {
  x: number;
  y: number;
  z: number;
}

export interface Surface {
  /** Each covers what is at least so high, as rings of corners; the lowest first. */
  bands: { at: number; rings: [number, number][][] }[];
  /** Around all points: beyond it nothing is known. */
  hull: [number, number][];
}

const [WIDE, HIGH] = [120, 90];
export const BANDS = 10;
/** Points in a line are moved a little by the library, and then span at most so much. */
const FLAT = 1e-6;

/** Even between three neighbours. Null where the points span no surface, as two do, or many in a line. */
export function surfaceOf(points: Height[]): Surface | null {
  const places = merged(points);
  const net = Delaunay.from(
    places,
    ({ x }) => x,
    ({ y }) => y,
  );
  if (areaOf(net) < FLAT) return null;
  const heights = heightsOf(net, places);
  const levels = Array.from({ length: BANDS }, (_, band) => band / BANDS);
  const shapes = contours()
    .size([WIDE, HIGH])
    .thresholds(levels.map((at) => at || -1))(heights);
  return {
    bands: shapes.map((shape, band) => ({ at: levels[band] ?? 0, rings: ringsOf(shape) })),
    hull: [...net.hullPolygon()].map(([x = 0, y = 0]): [number, number] => [x, y]),
  };
}

/** Runs at the same place stand there with their mean. */
function merged(points: Height[]): Height[] {
  const groups = new Map<string, Height & { count: number }>();
  for (const { x, y, z } of points) {
    const { z: sum = 0, count = 0 } = groups.get(`${x} ${y}`) ?? {};
    groups.set(`${x} ${y}`, { x, y, z: sum + z, count: count + 1 });
  }
  return [...groups.values()].map(({ x, y, z, count }) => ({ x, y, z: z / count }));
}

function areaOf(net: Delaunay<Height>): number {
  let area = 0;
  for (const [[ax, ay], [bx, by], [cx, cy]] of triangles(net))
    area += Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
  return area;
}

type Corner = [x: number, y: number, point: number];

function* triangles({ triangles: corners, points }: Delaunay<Height>): Generator<[Corner, Corner, Corner]> {
  const corner = (at: number): Corner => {
    const point = corners[at] ?? 0;
    return [points[2 * point] ?? 0, points[2 * point + 1] ?? 0, point];
  };
  for (let at = 0; at < corners.length; at += 3) yield [corner(at), corner(at + 1), corner(at + 2)];
}

/** A grid of heights. Cells outside of all triangles have their neighbour's, so that bands reach beyond the hull. */
function heightsOf(net: Delaunay<Height>, places: Height[]): number[] {
  const heights = new Array<number>(WIDE * HIGH).fill(Number.NaN);
  for (const triangle of triangles(net)) fill(heights, triangle, places);
  for (const [cell, height] of heights.entries()) {
    if (!Number.isNaN(height)) continue;
    const x = ((cell % WIDE) + 0.5) / WIDE;
    const y = (Math.floor(cell / WIDE) + 0.5) / HIGH;
    heights[cell] = places[net.find(x, y)]?.z ?? 0;
  }
  return heights;
}

function fill(heights: number[], [[ax, ay, a], [bx, by, b], [cx, cy, c]]: [Corner, Corner, Corner], places: Height[]) {
  const whole = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
  if (whole === 0) return;
  const [za, zb, zc] = [places[a]?.z ?? 0, places[b]?.z ?? 0, places[c]?.z ?? 0];
  for (let row = first(HIGH, ay, by, cy); row <= last(HIGH, ay, by, cy); row++)
    for (let column = first(WIDE, ax, bx, cx); column <= last(WIDE, ax, bx, cx); column++) {
      const [x, y] = [(column + 0.5) / WIDE, (row + 0.5) / HIGH];
      const partA = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / whole;
      const partB = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / whole;
      if (partA < 0 || partB < 0 || partA + partB > 1) continue;
      heights[row * WIDE + column] = partA * za + partB * zb + (1 - partA - partB) * zc;
    }
}

function first(cells: number, ...corners: number[]): number {
  return Math.max(0, Math.floor(Math.min(...corners) * cells - 0.5));
}

function last(cells: number, ...corners: number[]): number {
  return Math.min(cells - 1, Math.ceil(Math.max(...corners) * cells - 0.5));
}

function ringsOf({ coordinates }: ContourMultiPolygon): [number, number][][] {
  return coordinates.flat().map((ring) => ring.map(([x = 0, y = 0]): [number, number] => [x / WIDE, y / HIGH]));
}
