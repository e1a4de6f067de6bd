/**
 * Runs as the table keeps them: tens of thousands at once, so keys are kept once for all runs that logged the
 * same, numbers side by side, and texts that come again once.
 */

import type { KeyValue, Metric, Run, RunInfo } from "../../../api/mlflow";
import { fromWire } from "../../../lib/numbers";
import { nameOf, userOf } from "../run";
import type { Kind } from "../view";

export interface RunRow {
  id: string;
  name: string;
  user: string;
  info: RunInfo;
  metrics: Logged<Float64Array>;
  params: Logged<string[]>;
  tags: Logged<string[]>;
}

interface Logged<Values> {
  keys: Keys;
  values: Values;
}

/** Keys in the order in which they were logged, and the place of each. */
export interface Keys {
  names: string[];
  places: Map<string, number>;
}

/** Texts and sets of keys that are remembered; more would be what has no end, such as messages. */
const MOST = 50_000;
const LONGEST = 100;

const known = new Map<string, Keys>();
const texts = new Map<string, string>();

export function rowOf(run: Run): RunRow {
  const { metrics = [], params = [], tags = [] } = run.data;
  return {
    id: run.info.run_id,
    name: nameOf(run),
    user: once(userOf(run)),
    info: run.info,
    metrics: { keys: keysOf(metrics), values: Float64Array.from(metrics, (one: Metric) => fromWire(one.value)) },
    params: { keys: keysOf(params), values: params.map(({ value }) => once(value)) },
    tags: { keys: keysOf(tags), values: tags.map(({ value }) => once(value)) },
  };
}

/** What a run logged there last; undefined for nothing. */
export function metricOf(row: RunRow, key: string): number | undefined {
  const place = row.metrics.keys.places.get(key);
  return place === undefined ? undefined : row.metrics.values[place];
}

export function textIn(row: RunRow, kind: "params" | "tags", key: string): string | undefined {
  const { keys, values } = row[kind];
  const place = keys.places.get(key);
  return place === undefined ? undefined : values[place];
}

/** All keys of these runs; quick, since most of them share theirs. */
export function keysIn(rows: Iterable<RunRow>, kind: Kind): Set<string> {
  const seen = new Set<Keys>();
  for (const row of rows) seen.add(row[kind].keys);
  const found = new Set<string>();
  for (const keys of seen) for (const name of keys.names) found.add(name);
  return found;
}

/** The rows as they are now, with those that are as they were kept, so that nothing is drawn for nothing. */
export function kept(before: RunRow[] | undefined, now: RunRow[]): RunRow[] {
  if (!before) return now;
  const old = new Map(before.map((row) => [row.id, row]));
  const rows = now.map((row) => {
    const was = old.get(row.id);
    return was && same(was, row) ? was : row;
  });
  return rows.length === before.length && rows.every((row, place) => row === before[place]) ? before : rows;
}

function same(one: RunRow, other: RunRow): boolean {
  const { status, start_time, end_time, lifecycle_stage } = one.info;
  const now = other.info;
  return (
    one.name === other.name &&
    one.user === other.user &&
    status === now.status &&
    start_time === now.start_time &&
    end_time === now.end_time &&
    lifecycle_stage === now.lifecycle_stage &&
    equal(one.metrics, other.metrics) &&
    equal(one.params, other.params) &&
    equal(one.tags, other.tags)
  );
}

function equal(one: Logged<ArrayLike<unknown>>, other: Logged<ArrayLike<unknown>>): boolean {
  if (one.keys !== other.keys) return false;
  for (let place = 0; place < one.values.length; place++)
    if (!Object.is(one.values[place], other.values[place])) return false;
  return true;
}

function keysOf(logged: (KeyValue | Metric)[]): Keys {
  const names = logged.map((one) => one.key);
  const written = JSON.stringify(names);
  const found = known.get(written);
  if (found) return found;
  const keys = { names, places: new Map(names.map((name, place) => [name, place])) };
  if (known.size < MOST) known.set(written, keys);
  return keys;
}

function once(text: string): string {
  if (text.length > LONGEST) return text;
  const found = texts.get(text);
  if (found !== undefined) return found;
  if (texts.size < MOST) texts.set(text, text);
  return text;
}
