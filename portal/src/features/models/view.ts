/** What of a model is shown, as its address says. */

export const parts = ["overview", "schema", "artifacts"] as const;

export type Part = (typeof parts)[number];

export interface ModelView {
  tab?: Part;
  path?: string;
}

export function parseModelView(raw: Record<string, unknown>): ModelView {
  const tab = parts.find((one) => one === raw["tab"]);
  const path = typeof raw["path"] === "string" && raw["path"] ? raw["path"] : undefined;
  return { ...(tab && tab !== "overview" && { tab }), ...(path && { path }) };
}
