/** Whose files are looked at: those of a run, or of what else holds files. */

import type { components } from "../../api/schema.gen";
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
  archive?: (folder: string) => string | undefined;
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

/** The files that a job started with. */
export function filesOfSnapshot(id: string, files: components["schemas"]["File"][]): Files {
  const sums = new Map(files.map((file) => [file.path, file.sha256]));
  return {
    key: `snapshot ${id}`,
    list: (folder) => Promise.resolve(level(files, folder)),
    url: (path) => api.v1(`snapshots/files/${sums.get(path) ?? ""}`),
    archive: (folder) => (folder === "" ? api.v1(`snapshots/${id}/archive`) : undefined),
  };
}

/** What lies directly in a folder. */
function level(files: components["schemas"]["File"][], folder: string): FileInfo[] {
  const before = folder ? `${folder}/` : "";
  const found = new Map<string, FileInfo>();
  for (const { path, size } of files) {
    if (!path.startsWith(before)) continue;
    const [name = "", ...deeper] = path.slice(before.length).split("/");
    const is_dir = deeper.length > 0;
    found.set(name, { path: before + name, is_dir, ...(!is_dir && { file_size: size }) });
  }
  return [...found.values()].sort((one, other) => one.path.localeCompare(other.path));
}
