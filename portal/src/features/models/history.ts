/** The models that clients before MLflow 3 logged: folders among a run's artifacts, listed in a tag of the run. */

import type { Run } from "../../api/mlflow";
import { tagOf } from "../runs/run";
import { record } from "./mlmodel";

const TAG = "mlflow.log-model.history";

export interface ModelFolderOfRun {
  path: string;
  flavours: string;
}

/** The folders, each once, the newest first; anybody may have written the tag. */
export function foldersOf(run: Run): ModelFolderOfRun[] {
  const found = new Map<string, ModelFolderOfRun>();
  for (const entry of entriesOf(tagOf(run, TAG)).reverse()) {
    const { artifact_path: path, flavors } = record(entry);
    if (typeof path === "string" && path && !found.has(path))
      found.set(path, { path, flavours: Object.keys(record(flavors)).join(", ") });
  }
  return [...found.values()];
}

function entriesOf(text: string): unknown[] {
  try {
    const told: unknown = JSON.parse(text || "[]");
    return Array.isArray(told) ? told : [];
  } catch {
    return [];
  }
}
