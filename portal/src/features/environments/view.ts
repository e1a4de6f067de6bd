/** Which version of an environment is shown, as the address says; the newest by default. */

export interface EnvironmentView {
  version?: string;
}

export function parseEnvironmentView(raw: Record<string, unknown>): EnvironmentView {
  return typeof raw["version"] === "string" && raw["version"] ? { version: raw["version"] } : {};
}
