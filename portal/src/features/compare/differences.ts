/** What of the runs' params, metrics and tags differs. */

import type { Run } from "../../api/mlflow";
import { formatNumber } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import type { Kind } from "../runs/view";

export interface Row {
  id: string;
  kind: Kind;
  key: string;
  /** One for each run; null where it logged nothing of the kind. */
  values: (string | null)[];
  differs: boolean;
}

const KINDS: Kind[] = ["params", "metrics", "tags"];
/** Names stand at the head of the table already. */
const NAME = "mlflow.runName";

export function rowsOf(runs: Run[]): Row[] {
  return KINDS.flatMap((kind) => {
    const rows = new Map<string, (string | null)[]>();
    for (const [column, run] of runs.entries())
      for (const [key, value] of entriesOf(run, kind)) {
        const values = rows.get(key) ?? new Array<string | null>(runs.length).fill(null);
        values[column] = value;
        rows.set(key, values);
      }
    rows.delete(NAME);
    return [...rows]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, values]) => {
        return { id: `${kind}.${key}`, kind, key, values, differs: values.some((value) => value !== values[0]) };
      });
  });
}

function entriesOf(run: Run, kind: Kind): [string, string][] {
  if (kind === "metrics") return (run.data.metrics ?? []).map(({ key, value }) => [key, formatNumber(fromWire(value))]);
  return (run.data[kind] ?? []).map(({ key, value }) => [key, value]);
}
