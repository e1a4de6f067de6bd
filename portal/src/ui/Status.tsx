/** How runs and jobs stand, as a coloured word. */

const tones: Record<string, string> = {
  FINISHED: "good",
  Completed: "good",
  Succeeded: "good",
  FAILED: "bad",
  Failed: "bad",
  KILLED: "quiet",
  Canceled: "quiet",
  RUNNING: "busy",
  Running: "busy",
  Preparing: "busy",
  Starting: "busy",
  Finalizing: "busy",
  SCHEDULED: "waiting",
  Queued: "waiting",
  CancelRequested: "waiting",
  Deleting: "waiting",
};

const words: Record<string, string> = {
  FINISHED: "Finished",
  FAILED: "Failed",
  KILLED: "Killed",
  RUNNING: "Running",
  SCHEDULED: "Scheduled",
  CancelRequested: "Cancelling",
};

interface StatusProps {
  value: string;
  /** Its colour, for words that are not those of runs and jobs. */
  tone?: string;
}

export function Status({ value, tone = tones[value] ?? "quiet" }: StatusProps) {
  return <span className={`status ${tone}`}>{words[value] ?? value}</span>;
}
