/** What can be said of an experiment without asking for more. */

import type { Experiment } from "../../api/mlflow";

export const DESCRIPTION = "mlflow.note.content";

export function descriptionOf(experiment: Experiment): string {
  return experiment.tags?.find((one) => one.key === DESCRIPTION)?.value ?? "";
}

export function isDeleted(experiment: Experiment): boolean {
  return experiment.lifecycle_stage === "deleted";
}
