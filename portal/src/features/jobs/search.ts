/** Which jobs are listed, as the address says it. */

export const STATES = [
  "Queued",
  "Starting",
  "Preparing",
  "Running",
  "Finalizing",
  "Completed",
  "Failed",
  "Canceled",
] as const;

/** Those that are not over. */
export const ACTIVE = "active";

export interface JobsView {
  state?: string;
  target?: string;
  experiment?: string;
}

export function parseJobsView(raw: Record<string, unknown>): JobsView {
  const state = [ACTIVE, ...STATES].find((one) => one === raw["state"]);
  const [target, experiment] = [textOf(raw["target"]), textOf(raw["experiment"])];
  return { ...(state && { state }), ...(target && { target }), ...(experiment && { experiment }) };
}

export function statesOf(state?: string): readonly string[] {
  if (state === ACTIVE) return STATES.slice(0, 5);
  return state ? [state] : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value ? value : undefined;
}
