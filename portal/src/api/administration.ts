/** The calls of Lazward's own API about who may do what, and about what is kept and what goes. */

import { api } from "../lib/urls";
import { request, requestJson } from "./request";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type AuditEntry = Schemas["AuditEntry"];
export type CreatedToken = Schemas["CreatedToken"];
export type CreateToken = Schemas["CreateToken"];
export type CreateUser = Schemas["CreateUser"];
export type CreateWorkspace = Schemas["CreateWorkspace"];
export type DeletedExperiment = Schemas["DeletedExperiment"];
export type DeletedRun = Schemas["DeletedRun"];
export type Deletion = Schemas["Deletion"];
export type Group = Schemas["Group"];
export type Member = Schemas["Member"];
export type Purged = Schemas["Purged"];
export type SetLimits = Schemas["SetLimits"];
export type Token = Schemas["Token"];
export type UpdateUser = Schemas["UpdateUser"];
export type UpdateWorkspace = Schemas["UpdateWorkspace"];
export type User = Schemas["User"];

const workspace = (name: string, more = "") => api.v1(`workspaces/${encodeURIComponent(name)}${more}`);
const group = (name: string) => api.v1(`groups/${encodeURIComponent(name)}`);
const user = (name: string, more = "") => api.v1(`users/${encodeURIComponent(name)}${more}`);
const member = (where: string, name: string) => workspace(where, `/members/${encodeURIComponent(name)}`);
const dry = (dryRun: boolean) => (dryRun ? "?dry_run=true" : "");

export function createWorkspace(body: CreateWorkspace) {
  return request(api.v1("workspaces"), { method: "POST", body });
}

export function updateWorkspace(name: string, body: UpdateWorkspace) {
  return request(workspace(name), { method: "PATCH", body });
}

export function setLimits(name: string, body: SetLimits) {
  return request(workspace(name, "/limits"), { method: "PUT", body });
}

/** Delete a workspace with all it holds, or only tell what would go. */
export function deleteWorkspace(name: string, dryRun: boolean, signal?: AbortSignal) {
  return requestJson<Deletion>(workspace(name) + dry(dryRun), { method: "DELETE", signal });
}

export function countUsage(name: string) {
  return request(workspace(name, "/usage/count"), { method: "POST", body: {} });
}

export async function listDeletions(signal?: AbortSignal) {
  return (await requestJson<Schemas["Deletions"]>(api.v1("deletions"), { signal })).workspaces;
}

export async function listGroups(signal?: AbortSignal) {
  return (await requestJson<Schemas["Groups"]>(api.v1("groups"), { signal })).groups;
}

export function createGroup(name: string, tags: Record<string, string>) {
  return request(api.v1("groups"), { method: "POST", body: { name, tags } });
}

export function setGroupTags(name: string, tags: Record<string, string>) {
  return request(group(name), { method: "PATCH", body: { tags } });
}

/** Delete a group with all its workspaces, or only tell what would go. */
export function deleteGroup(name: string, dryRun: boolean, signal?: AbortSignal) {
  return requestJson<Deletion>(group(name) + dry(dryRun), { method: "DELETE", signal });
}

export async function listMembers(where: string, signal?: AbortSignal) {
  return (await requestJson<Schemas["Members"]>(workspace(where, "/members"), { signal })).members;
}

export function assignRole(where: string, name: string, role: string) {
  return request(member(where, name), { method: "PUT", body: { role } });
}

export function removeMember(where: string, name: string) {
  return request(member(where, name), { method: "DELETE" });
}

export async function listUsers(signal?: AbortSignal) {
  return (await requestJson<Schemas["Users"]>(api.v1("users"), { signal })).users;
}

export function createUser(body: CreateUser) {
  return request(api.v1("users"), { method: "POST", body });
}

export function updateUser(name: string, body: UpdateUser) {
  return request(user(name), { method: "PATCH", body });
}

export function removeUser(name: string) {
  return request(user(name), { method: "DELETE" });
}

/** Whose tokens: one's own, a user's, or everybody's. */
export type Whose = { user?: string; all?: boolean };

export async function listTokens({ user: name, all }: Whose, signal?: AbortSignal) {
  const url = all ? api.v1("server/tokens") : name ? user(name, "/tokens") : api.v1("tokens");
  return (await requestJson<Schemas["Tokens"]>(url, { signal })).tokens ?? [];
}

/** Make a token for oneself, or for the user of a name. */
export function createToken(body: CreateToken, name?: string) {
  return requestJson<CreatedToken>(name ? user(name, "/tokens") : api.v1("tokens"), { method: "POST", body });
}

/** Make a token worthless: one's own, or anybody's. */
export function revokeToken(id: number, anybodys: boolean) {
  return request(api.v1(`${anybodys ? "server/" : ""}tokens/${id}`), { method: "DELETE" });
}

export interface AuditSearch {
  user?: string;
  action?: string;
  workspace?: string;
  text?: string;
  since?: number;
  until?: number;
  pageToken?: string;
}

/** A page of the audit log: of the workspace with this name, or of the whole server. */
export function searchAudit(search: AuditSearch, where: string | undefined, signal?: AbortSignal) {
  const { pageToken, ...rest } = search;
  const query = new URLSearchParams({ max_results: "100" });
  for (const [key, value] of Object.entries(rest)) if (value) query.set(key, String(value));
  if (pageToken) query.set("page_token", pageToken);
  const url = where === undefined ? api.v1("audit") : workspace(where, "/audit");
  return requestJson<Schemas["AuditLog"]>(`${url}?${query}`, { signal });
}

const trash = (where: string, what: string, name: string, pageToken: string) =>
  `${workspace(where, `/trash/${what}`)}?${new URLSearchParams({ name, page_token: pageToken, max_results: "100" })}`;

export function searchDeletedExperiments(where: string, name: string, pageToken: string, signal?: AbortSignal) {
  return requestJson<Schemas["DeletedExperiments"]>(trash(where, "experiments", name, pageToken), { signal });
}

export function searchDeletedRuns(where: string, name: string, pageToken: string, signal?: AbortSignal) {
  return requestJson<Schemas["DeletedRuns"]>(trash(where, "runs", name, pageToken), { signal });
}

export function restoreExperiment(id: string) {
  return request(api.mlflow("experiments/restore"), { method: "POST", body: { experiment_id: id } });
}

export function restoreRun(id: string) {
  return request(api.mlflow("runs/restore"), { method: "POST", body: { run_id: id } });
}

/** What of the trash is meant: one of it, or all that was deleted so many milliseconds ago. */
export type Doomed = { id: string } | { olderThan: number };

/** Remove deleted runs or experiments for good, or only tell what would go. */
export function purge(where: string, what: "runs" | "experiments", doomed: Doomed, dryRun: boolean) {
  const ids = what === "runs" ? "run_ids" : "experiment_ids";
  const which = "id" in doomed ? { [ids]: [doomed.id] } : { older_than: doomed.olderThan };
  return requestJson<Purged>(workspace(where, `/${what}/purge`), {
    method: "POST",
    body: { ...which, dry_run: dryRun },
  });
}
