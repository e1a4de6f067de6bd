/** What can be said of a run without asking for more. */

import type { KeyValue, Run } from "../../api/mlflow";

/** The tag with what is said of a run, in Markdown. */
export const NOTE = "mlflow.note.content";

const UNDER_WAY = new Set(["RUNNING", "SCHEDULED"]);

export function nameOf(run: Run): string {
  return run.info.run_name || run.info.run_id.slice(0, 8);
}

export function isUnderWay(run: Pick<Run, "info">): boolean {
  return UNDER_WAY.has(run.info.status);
}

export function tagOf(run: Run, key: string): string {
  return textOf(run.data.tags, key);
}

/** Who logged it: clients put the name into a tag, and few fill in the field. */
export function userOf(run: Run): string {
  const { user_id: id } = run.info;
  return tagOf(run, "mlflow.user") || (id === "unknown" ? "" : id);
}

/** Whether it says of itself that Lazward executes it. */
export function saysJob(run: Run): boolean {
  return tagOf(run, "mlflow.source.type") === "JOB";
}

export function textOf(all: KeyValue[] | undefined, key: string): string {
  return all?.find((one) => one.key === key)?.value ?? "";
}
