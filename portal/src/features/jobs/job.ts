import type { Job } from "../../api/lazward";

const ENDS = new Set(["Completed", "Failed", "Canceled"]);

/** Whether nothing changes any more. */
export function isOver(job: Job): boolean {
  return ENDS.has(job.state);
}

export function mayBeCancelled(job: Job): boolean {
  return !isOver(job) && job.state !== "CancelRequested";
}
