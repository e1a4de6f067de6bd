/** Laying what was just asked for over what was loaded before. */

import type { Run, Runs } from "../../api/mlflow";

/** The runs to show: those at the head as they are now, then the others as they were when they were loaded. */
export function merge(pages: Run[], head: Runs | undefined, newestFirst: boolean): Run[] {
  if (!head) return unique(pages);
  const now = head.runs ?? [];
  if (!head.next_page_token) return now;
  const last = now.at(-1)?.info.start_time ?? 0;
  // What would stand above the head's last run and is not in it was deleted, or matches no more.
  const rest = newestFirst ? pages.filter((run) => (run.info.start_time ?? 0) <= last) : pages;
  return unique([...now, ...rest]);
}

/** Whether nothing can have slipped between the head and what was loaded. */
export function overlaps(pages: Run[], head: Runs): boolean {
  if (!head.next_page_token || pages.length === 0) return true;
  const known = new Set(pages.map((run) => run.info.run_id));
  return (head.runs ?? []).some((run) => known.has(run.info.run_id));
}

function unique(runs: Run[]): Run[] {
  const found = new Map<string, Run>();
  for (const run of runs) if (!found.has(run.info.run_id)) found.set(run.info.run_id, run);
  return [...found.values()];
}
