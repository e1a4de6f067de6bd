/** The columns of the runs table. */

import { Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import type { Run } from "../../api/mlflow";
import { formatNumber, formatTime } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Status } from "../../ui/Status";
import { Duration } from "./Duration";
import { nameOf, textOf, userOf } from "./run";
import { select } from "./select";
import { type Kind, type KeyColumn, keyColumn } from "./view";

const AUTOMATIC = 4;
const INTERNAL = /^(mlflow|azureml)\./;

const fixed: ColumnDef<Run>[] = [
  {
    id: "run_name",
    header: texts.name,
    size: 240,
    cell: ({ row: { original: run } }) => (
      <Link
        className="link"
        to={pages.run}
        params={{ experimentId: run.info.experiment_id, runId: run.info.run_id }}
        title={nameOf(run)}
      >
        {nameOf(run)}
      </Link>
    ),
  },
  {
    id: "status",
    header: texts.status,
    size: 120,
    cell: ({ row }) => <Status value={row.original.info.status} />,
  },
  {
    id: "start_time",
    header: texts.started,
    size: 200,
    cell: ({ row }) => formatTime(row.original.info.start_time, true),
  },
  {
    id: "duration",
    header: texts.duration,
    size: 110,
    enableSorting: false,
    cell: ({ row }) => <Duration info={row.original.info} />,
  },
  { id: "user_id", header: texts.user, size: 130, accessorFn: userOf },
];

export function columnsOf(chosen: KeyColumn[]): ColumnDef<Run>[] {
  return [select, ...fixed, ...chosen.map(columnOf)];
}

function columnOf({ id, kind, key }: KeyColumn): ColumnDef<Run> {
  return {
    id,
    header: key,
    size: 140,
    meta: { kind },
    accessorFn: (run) => (kind === "metrics" ? metricOf(run, key) : textOf(run.data[kind], key)),
  };
}

function metricOf(run: Run, key: string): string {
  const found = run.data.metrics?.find((metric) => metric.key === key);
  return found ? formatNumber(fromWire(found.value)) : "";
}

/** All keys that these runs logged, by kind and name. */
export function keysOf(runs: Run[]): KeyColumn[] {
  const kinds: Kind[] = ["metrics", "params", "tags"];
  return kinds.flatMap((kind) => {
    const keys = new Set<string>();
    for (const run of runs) for (const one of run.data[kind] ?? []) keys.add(one.key);
    return [...keys].sort().map((key) => ({ id: `${kind}.${key}`, kind, key }));
  });
}

/** The columns to show: those of the address, or the first few metrics and params. */
export function chosenOf(columns: string[] | undefined, keys: KeyColumn[]): KeyColumn[] {
  if (columns) return columns.flatMap((id) => keyColumn(id) ?? []);
  const first = (kind: Kind) => keys.filter((one) => one.kind === kind && !INTERNAL.test(one.key)).slice(0, AUTOMATIC);
  return [...first("metrics"), ...first("params")];
}
