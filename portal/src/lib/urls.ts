/** Every address of the portal and of what it calls, in one place. */

/** The part of the address that names the workspace; "" stands for the default one, served at the root. */
export const workspacePrefix = /^\/workspaces\/[^/]+/.exec(location.pathname)?.[0] ?? "";

export const workspaceName = decoded(workspacePrefix.slice("/workspaces/".length)) || "default";

/** Pages, below the workspace's part; the server knows the same paths (`lazward_server/portal/pages.py`). */
export const pages = {
  home: "/",
  experiments: "/experiments",
  runs: "/experiments/$experimentId",
  compare: "/experiments/$experimentId/compare",
  run: "/experiments/$experimentId/runs/$runId",
  runById: "/runs/$runId",
  loggedModels: "/experiments/$experimentId/models",
  loggedModel: "/experiments/$experimentId/models/$modelId",
  models: "/models",
  model: "/models/$name",
  version: "/models/$name/versions/$version",
  environments: "/environments",
  environment: "/environments/$name",
  jobs: "/jobs",
  compute: "/compute",
  target: "/compute/$name",
  settings: "/settings",
  members: "/settings/members",
  trash: "/settings/trash",
  workspaces: "/settings/workspaces",
  people: "/settings/people",
  tokens: "/settings/tokens",
  audit: "/settings/audit",
} as const;

/** Pages that are not the portal's own. */
export const outside = {
  account: "/account",
  health: "/health",
  login: (next: string) => `/login?next=${encodeURIComponent(next)}`,
  workspace: (name: string) => `/workspaces/${encodeURIComponent(name)}/`,
};

/** What the portal calls, in the workspace that is shown. */
export const api = {
  mlflow: (call: string) => `${workspacePrefix}/api/2.0/mlflow/${call}`,
  v1: (path: string) => `${workspacePrefix}/api/v1/${path}`,
  artifact: (runId: string, path: string) =>
    `${workspacePrefix}/get-artifact?${new URLSearchParams({ run_id: runId, path })}`,
  versionFile: (name: string, version: string, path: string) =>
    `${workspacePrefix}/model-versions/get-artifact?${new URLSearchParams({ name, version, path })}`,
  loggedModelFile: (id: string, path: string) =>
    `${workspacePrefix}/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(id)}/artifacts/files?${new URLSearchParams({ artifact_file_path: path })}`,
  runsCsv: (experimentId: string, query: URLSearchParams) =>
    `${workspacePrefix}/api/v1/experiments/${encodeURIComponent(experimentId)}/runs.csv?${query}`,
  viewedArtifact: (runId: string, path: string, scripts: boolean) =>
    `${workspacePrefix}/view-artifact?${new URLSearchParams({ run_id: runId, path, scripts: String(scripts) })}`,
  storedArtifact: (path: string) =>
    `${workspacePrefix}/api/2.0/mlflow-artifacts/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`,
  archive: (runId: string, folder: string) =>
    `${workspacePrefix}/api/v1/runs/${encodeURIComponent(runId)}/archive?${new URLSearchParams({ path: folder })}`,
  log: (runId: string, name: string) =>
    `${workspacePrefix}/api/v1/jobs/${encodeURIComponent(runId)}/logs/${name.split("/").map(encodeURIComponent).join("/")}`,
};

/** The address at which clients reach this workspace. */
export const trackingUri = location.origin + workspacePrefix;

/** A path that old links and MLflow's clients put behind `#`, as one of ours; null for what is none. */
export function translateHash(hash: string): string | null {
  const found = /^#\/experiments(?:\/(\d+)(?:\/runs\/([0-9a-f]{32}))?)?(?=[/?]|$)/.exec(hash);
  if (!found) return hash.startsWith("#/") ? `${workspacePrefix}/` : null;
  const [, experiment, run] = found;
  const below = experiment ? (run ? `/${experiment}/runs/${run}` : `/${experiment}`) : "";
  return `${workspacePrefix}${pages.experiments}${below}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
