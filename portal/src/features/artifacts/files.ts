/** Whose files are looked at: those of a run, or of what else holds files. */

import { type FileInfo, listArtifacts } from "../../api/mlflow";
import { request } from "../../api/request";
import { api } from "../../lib/urls";

export interface Files {
  /** Tells them from the files of others. */
  key: string;
  /** What a folder holds, with paths from the root. */
  list: (folder: string, signal?: AbortSignal) => Promise<FileInfo[]>;
  /** The address of a file. */
  url: (path: string) => string;
  /** The address at which a frame shows a page or document; absent where no server serves one. */
  view?: (path: string, scripts: boolean) => string;
  /** The address of a folder as one download. */
  archive?: (folder: string) => string;
  remove?: (path: string) => Promise<unknown>;
}

const STORED = "mlflow-artifacts:/";

/**
 * @param root The URI of the run's artifacts; where this server does not keep them, it cannot delete any.
 */
export function filesOfRun(runId: string, root = ""): Files {
  const base = root.startsWith(STORED) ? root.slice(STORED.length).replace(/^\/+/, "") : null;
  return {
    key: `run ${runId}`,
    list: (folder, signal) => listArtifacts(runId, folder, signal),
    url: (path) => api.artifact(runId, path),
    view: (path, scripts) => api.viewedArtifact(runId, path, scripts),
    archive: (folder) => api.archive(runId, folder),
    ...(base !== null && { remove: (path) => request(api.storedArtifact(`${base}/${path}`), { method: "DELETE" }) }),
  };
}
