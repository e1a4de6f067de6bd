/** The files of models. */

import { listLoggedModelFiles } from "../../api/loggedModels";
import { listVersionFiles } from "../../api/registry";
import { api } from "../../lib/urls";
import type { Files } from "../artifacts/files";

export function filesOfVersion(name: string, version: string): Files {
  return {
    key: `version ${version} of ${name}`,
    list: (folder, signal) => listVersionFiles(name, version, folder, signal),
    url: (path) => api.versionFile(name, version, path),
  };
}

export function filesOfLoggedModel(id: string): Files {
  return {
    key: `model ${id}`,
    list: (folder, signal) => listLoggedModelFiles(id, folder, signal),
    url: (path) => api.loggedModelFile(id, path),
  };
}
