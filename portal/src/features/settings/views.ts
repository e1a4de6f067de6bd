/** What the pages of settings show, as their addresses say it. */

export interface NameView {
  name?: string;
}

export interface TokensView {
  user?: string;
  all?: "yes";
}

export interface AuditView {
  user?: string;
  action?: string;
  workspace?: string;
  text?: string;
  /** Local times, as browsers have them in their fields. */
  since?: string;
  until?: string;
}

type Raw = Record<string, unknown>;

const AUDIT = ["user", "action", "workspace", "text", "since", "until"] as const;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

export function parseName(raw: Raw): NameView {
  return texts(raw, ["name"]);
}

export function parseTokens(raw: Raw): TokensView {
  return { ...texts(raw, ["user"]), ...(raw["all"] === "yes" && { all: "yes" as const }) };
}

export function parseAudit(raw: Raw): AuditView {
  const found: AuditView = texts(raw, AUDIT);
  for (const time of ["since", "until"] as const) if (!TIME.test(found[time] ?? "")) delete found[time];
  return found;
}

function texts(raw: Raw, keys: readonly string[]): Record<string, string> {
  const found = keys.flatMap((key) => (typeof raw[key] === "string" && raw[key] ? [[key, raw[key]]] : []));
  return Object.fromEntries(found) as Record<string, string>;
}
