/** From the server's answer about one metric to what its chart draws. */

import type { Chart } from "../api/lazward";
import { drawable, type Look, type Range, type Series, smoothed } from "./series";

/** A series with what is no number among it: there `y` is null and the word tells what was logged. */
export interface Drawn extends Series {
  words: (string | null)[];
}

export interface OddCount {
  word: string;
  count: number;
  steps: number[];
}

const WORDS: Record<string, string> = { NaN: "NaN", Infinity: "∞", "-Infinity": "−∞" };

/** What the server cuts a range into parts of. */
export function axisOf(look: Look): "step" | "time" {
  return look.x === "step" ? "step" : "time";
}

export function drawnOf(chart: Chart, look: Look): Drawn {
  const points = [...numbersOf(chart), ...oddPointsOf(chart)];
  const begin = chart.begins_at ?? 0;
  const place = ({ step, timestamp }: Point) => {
    if (look.x === "step") return step;
    return (look.x === "time" ? timestamp : timestamp - begin) / 1000;
  };
  const ordered = points.map((point) => ({ ...point, x: place(point) })).sort((one, other) => one.x - other.x);
  const y = ordered.map((point) => (point.word === null ? drawable(point.value, look.log) : null));
  return {
    x: Float64Array.from(ordered, (point) => point.x),
    y,
    smooth: look.smoothing > 0 ? smoothed(y, look.smoothing) : null,
    words: ordered.map((point) => point.word),
  };
}

export function oddOf(chart: Chart): OddCount[] {
  return (chart.odd ?? []).map(({ value, count, steps }) => ({ word: WORDS[value] ?? value, count, steps }));
}

/** Whether the server left points out, so that a part of the range has more to show. */
export function isThinned(chart: Chart): boolean {
  const shown = (chart.odd ?? []).reduce((sum, one) => sum + one.steps.length, chart.values?.length ?? 0);
  return (chart.count ?? 0) > shown;
}

/** A part of the x axis as the server knows it: whole steps, or milliseconds since the epoch. */
export function asked(range: Range, look: Look, chart: Chart): { start: number; end: number } {
  const begin = look.x === "relative" ? (chart.begins_at ?? 0) : 0;
  const scale = look.x === "step" ? 1 : 1000;
  return { start: Math.floor(range.from * scale + begin), end: Math.ceil(range.to * scale + begin) };
}

interface Point {
  step: number;
  timestamp: number;
  value: number;
  word: string | null;
}

function numbersOf({ steps = [], timestamps = [], values = [] }: Chart): Point[] {
  return values.map((value, at) => ({ step: steps[at] ?? 0, timestamp: timestamps[at] ?? 0, value, word: null }));
}

function oddPointsOf({ odd = [] }: Chart): Point[] {
  return odd.flatMap(({ value, steps, timestamps }) =>
    steps.map((step, at) => ({
      step,
      timestamp: timestamps[at] ?? 0,
      value: Number(value),
      word: WORDS[value] ?? value,
    })),
  );
}
