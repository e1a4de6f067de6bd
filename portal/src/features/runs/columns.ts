/** Which columns there are, and which are shown until others are chosen. */

import type { Run } from "../../api/mlflow";
import { type Kind, type KeyColumn, keyColumn } from "./view";

const AUTOMATIC = 4;
const INTERNAL = /^(mlflow|azureml|lazward)\./;
/** What machines did is rarely what runs are looked through for. */
const SYSTEM = /^system\//;

export const kinds: readonly Kind[] = ["metrics", "params", "tags"];

/** All keys that these runs logged, by kind and name. */
export function keysOf(runs: Run[]): KeyColumn[] {
  return kinds.flatMap((kind) => {
    const keys = new Set<string>();
    for (const run of runs) for (const one of run.data[kind] ?? []) keys.add(one.key);
    return listed(kind, keys);
  });
}

export function listed(kind: Kind, keys: Iterable<string>): KeyColumn[] {
  return [...keys].sort().map((key) => ({ id: `${kind}.${key}`, kind, key }));
}

/** Those of the address, or the first few metrics and params. */
export function chosenOf(columns: string[] | undefined, keys: KeyColumn[]): KeyColumn[] {
  return columns ? columns.flatMap((id) => keyColumn(id) ?? []) : automatic(keys);
}

export function automatic(keys: KeyColumn[]): KeyColumn[] {
  const first = (kind: Kind) => keys.filter((one) => one.kind === kind && isTelling(one.key)).slice(0, AUTOMATIC);
  return [...first("metrics"), ...first("params")];
}

function isTelling(key: string): boolean {
  return !isInternal(key) && !SYSTEM.test(key);
}

/** Whether clients and servers keep it for themselves. */
export function isInternal(key: string): boolean {
  return INTERNAL.test(key);
}
