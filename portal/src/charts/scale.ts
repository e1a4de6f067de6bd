/** Where values stand along an axis: numbers by size, anything else as categories. */

import { formatNumber } from "../lib/format";

export type Value = number | string | null;

export interface Tick {
  /** From 0 to 1. */
  at: number;
  text: string;
}

export interface Scale {
  ticks: Tick[];
  /** From 0 to 1; null for what has no place. */
  place: (value: Value) => number | null;
}

/** Labels along an axis at most. */
const LABELS = 12;

export function scaleOf(values: Value[]): Scale {
  const given = values.filter((value) => value !== null);
  const numbers = given.map(numberOf);
  return numbers.every((value) => value !== null) ? numeric(numbers as number[]) : categories(given.map(String));
}

/** A text that is a number is one: params are texts always. */
function numberOf(value: number | string): number | null {
  const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

function numeric(values: number[]): Scale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (values.length === 0) [low, high] = [0, 1];
  const edge = (high - low) * 0.04 || Math.abs(high) * 0.5 || 1;
  [low, high] = [low - edge, high + edge];
  const place = (number: number) => (number - low) / (high - low);
  return {
    ticks: steps(low, high).map((value) => ({ at: place(value), text: formatNumber(value) })),
    place: (value) => {
      const number = value === null ? null : numberOf(value);
      return number === null ? null : place(number);
    },
  };
}

/** Round numbers within a range. */
function steps(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * size >= rough) ?? 10) * size;
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: Math.min(count, LABELS) }, (_, index) => (first + index) * step);
}

function categories(values: string[]): Scale {
  const names = [...new Set(values)].sort();
  const places = new Map(names.map((name, index) => [name, (index + 0.5) / names.length]));
  const every = Math.ceil(names.length / LABELS);
  return {
    ticks: [...places].filter((_, index) => index % every === 0).map(([text, at]) => ({ at, text })),
    place: (value) => (value === null ? null : (places.get(String(value)) ?? null)),
  };
}
