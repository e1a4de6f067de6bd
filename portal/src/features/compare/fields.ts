/** Params and metrics as what runs are placed by. */

import type { Value } from "../../charts/scale";
import { formatNumber } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import type { Run } from "../../api/mlflow";
import { chosenOf, keysOf } from "../runs/columns";
import { type KeyColumn, keyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { rowsOf } from "./differences";

/** Axes of the parallel coordinates until others are chosen. */
const PARAMS = 5;
const METRICS = 3;

/** What machines did is rarely what runs are compared for. */
const SYSTEM = /^system\//;

/** Params and metrics, those of machines last. */
export function fieldsOf(runs: Compared[]): KeyColumn[] {
  const fields = keysOf(runs.map((one) => one.run)).filter((one) => one.kind !== "tags");
  return [...fields.filter((one) => !SYSTEM.test(one.key)), ...fields.filter((one) => SYSTEM.test(one.key))];
}

/** What a run logged there; null for nothing, and for what no axis has a place for. */
export function loggedOf(run: Run, { kind, key }: KeyColumn): Value {
  if (kind !== "metrics") return run.data[kind]?.find((one) => one.key === key)?.value ?? null;
  const found = run.data.metrics?.find((one) => one.key === key);
  const value = found ? fromWire(found.value) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

export function written(value: Value): string {
  return typeof value === "number" ? formatNumber(value) : String(value);
}

/** The field of the address, else one that is likely to tell something. */
export function fieldOr(id: string | undefined, fields: KeyColumn[], fallback: KeyColumn | undefined) {
  return fields.find((one) => one.id === id) ?? fallback;
}

/** Params that differ and the first metrics: what somebody would look at first. */
export function telling(runs: Compared[], fields: KeyColumn[]): KeyColumn[] {
  const rows = rowsOf(runs.map((one) => one.run)).filter((row) => row.kind === "params" && row.differs);
  const params = rows.slice(0, PARAMS).flatMap((row) => keyColumn(row.id) ?? []);
  return [...params, ...fields.filter((one) => one.kind === "metrics").slice(0, METRICS)];
}

export function axesOr(ids: string[] | undefined, runs: Compared[], fields: KeyColumn[]): KeyColumn[] {
  return ids ? chosenOf(ids, fields) : telling(runs, fields);
}
