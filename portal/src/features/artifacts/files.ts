/** Whose files are looked at: those of a run, or of what else holds files. */

import { type FileInfo, listArtifacts } from "../../api/mlflow";
import { api } from "../../lib/urls";

export interface Files {
  /** Tells them from the files of others. */
  key: string;
  /** What a folder holds, with paths from the root. */
  list: (folder: string, signal?: AbortSignal) => Promise<FileInfo[]>;
  /** The address of a file. */
  url: (path: string) => string;
}

export function filesOfRun(runId: string): Files {
  return {
    key: `run ${runId}`,
    list: (folder, signal) => listArtifacts(runId, folder, signal),
    url: (path) => api.artifact(runId, path),
  };
}
