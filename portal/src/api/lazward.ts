/** The calls of Lazward's own API that the portal makes; their shapes are made from its description. */

import { api } from "../lib/urls";
import { request, requestJson } from "./request";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Chart = Schemas["Chart"];
export type ComputeTarget = Schemas["ComputeTarget"];
export type Environment = Schemas["Environment"];
export type EnvironmentSpec = Schemas["EnvironmentSpec"];
export type Job = Schemas["Job"];
export type Me = Schemas["Me"];
export type Kind = Schemas["Kind"];
export type Node = Schemas["Node"];
export type ServerStatus = Schemas["ServerStatus"];
export type Size = Schemas["Size"];
export type Usage = Schemas["Usage"];
export type Nesting = Schemas["Nesting"];
export type Workspace = Schemas["Workspace"];

export interface LogPart {
  bytes: Uint8Array;
  offset: number;
  /** Bytes that the log has by now. */
  size: number;
}

export function getMe(signal?: AbortSignal) {
  return requestJson<Me>(api.v1("me"), { signal });
}

export async function listWorkspaces(signal?: AbortSignal) {
  return (await requestJson<Schemas["Workspaces"]>(api.v1("workspaces"), { signal })).workspaces;
}

export interface JobSearch {
  states?: readonly string[];
  compute?: string;
  experiment?: string;
  before?: string;
  most: number;
}

export async function listJobs(search: JobSearch, signal?: AbortSignal) {
  const query = new URLSearchParams({ max_results: String(search.most) });
  for (const state of search.states ?? []) query.append("states", state);
  for (const key of ["compute", "experiment", "before"] as const) if (search[key]) query.set(key, search[key]);
  return (await requestJson<Schemas["Jobs"]>(`${api.v1("jobs")}?${query}`, { signal })).jobs;
}

export function getJob(runId: string, signal?: AbortSignal) {
  return requestJson<Job>(api.v1(`jobs/${encodeURIComponent(runId)}`), { signal });
}

export function cancelJob(runId: string) {
  return request(api.v1(`jobs/${encodeURIComponent(runId)}/cancel`), { method: "POST", body: {} });
}

/** Let a queued job go before or after others. */
export function prioritiseJob(runId: string, priority: number) {
  return request(api.v1(`jobs/${encodeURIComponent(runId)}`), { method: "PATCH", body: { priority } });
}

export type CreateCompute = Schemas["CreateCompute"];
export type UpdateCompute = Schemas["UpdateCompute"];

export function createCompute(body: CreateCompute) {
  return request(api.v1("compute"), { method: "POST", body });
}

export function getCompute(name: string, signal?: AbortSignal) {
  return requestJson<ComputeTarget>(api.v1(`compute/${encodeURIComponent(name)}`), { signal });
}

export function updateCompute(name: string, body: UpdateCompute) {
  return request(api.v1(`compute/${encodeURIComponent(name)}`), { method: "PATCH", body });
}

export function deleteCompute(name: string) {
  return request(api.v1(`compute/${encodeURIComponent(name)}`), { method: "DELETE" });
}

export async function listNodes(name: string, signal?: AbortSignal) {
  return (await requestJson<Schemas["NodeList"]>(api.v1(`compute/${encodeURIComponent(name)}/nodes`), { signal }))
    .nodes;
}

export async function listSizes(signal?: AbortSignal) {
  return (await requestJson<Schemas["Sizes"]>(api.v1("compute-sizes"), { signal })).sizes;
}

export async function listKinds(signal?: AbortSignal) {
  return (await requestJson<Schemas["Kinds"]>(api.v1("compute-kinds"), { signal })).kinds;
}

export function getServer(signal?: AbortSignal) {
  return requestJson<ServerStatus>(api.v1("server"), { signal });
}

export function getUsage(workspace: string, signal?: AbortSignal) {
  return requestJson<Usage>(api.v1(`workspaces/${encodeURIComponent(workspace)}/usage`), { signal });
}

/** Which active runs of an experiment have child runs. */
export function getNesting(experimentId: string, signal?: AbortSignal) {
  return requestJson<Nesting>(api.v1(`experiments/${encodeURIComponent(experimentId)}/nesting`), { signal });
}

export async function listCompute(signal?: AbortSignal) {
  return (await requestJson<Schemas["ComputeTargets"]>(api.v1("compute"), { signal })).compute;
}

/** What a log holds from an offset on, at most `limit` bytes; empty at its end. */
export async function readLog(
  runId: string,
  name: string,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<LogPart> {
  const response = await request(`${api.log(runId, name)}?offset=${offset}&limit=${limit}`, { signal });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { bytes, offset, size: Number(response.headers.get("x-log-size") ?? offset + bytes.length) };
}

/** Where a text stands in a log, from an offset on. */
export function findInLog(runId: string, name: string, text: string, offset: number, signal?: AbortSignal) {
  const query = new URLSearchParams({ name, text, offset: String(offset) });
  return requestJson<Schemas["LogMatches"]>(`${api.v1(`jobs/${encodeURIComponent(runId)}/log-matches`)}?${query}`, {
    signal,
  });
}

export interface ChartAsk {
  key: string;
  x: "step" | "time";
  buckets: number;
  start?: number;
  end?: number;
}

/** The points of a metric that a chart draws: the lowest and the highest of each part of the x axis. */
export function getChart(runId: string, ask: ChartAsk, signal?: AbortSignal) {
  const query = new URLSearchParams({ key: ask.key, x: ask.x, buckets: String(ask.buckets) });
  if (ask.start !== undefined) query.set("start", String(ask.start));
  if (ask.end !== undefined) query.set("end", String(ask.end));
  return requestJson<Chart>(`${api.v1(`runs/${encodeURIComponent(runId)}/chart`)}?${query}`, { signal });
}

/** The newest version of each environment. */
export async function listEnvironments(signal?: AbortSignal) {
  return (await requestJson<Schemas["Environments"]>(api.v1("environments"), { signal })).environments;
}

/** All versions of an environment, the newest first. */
export async function listEnvironmentVersions(name: string, signal?: AbortSignal) {
  const url = api.v1(`environments/${encodeURIComponent(name)}/versions`);
  return (await requestJson<Schemas["Environments"]>(url, { signal })).environments;
}

/** Jobs that were submitted with an environment, `NAME` or `NAME:VERSION`. */
export async function listJobsIn(environment: string, before: string, most: number, signal?: AbortSignal) {
  const query = new URLSearchParams({ environment, max_results: String(most) });
  if (before) query.set("before", before);
  return (await requestJson<Schemas["Jobs"]>(`${api.v1("jobs")}?${query}`, { signal })).jobs;
}

/** The files of a snapshot. */
export async function getSnapshot(id: string, signal?: AbortSignal) {
  return (await requestJson<Schemas["Manifest"]>(api.v1(`snapshots/${encodeURIComponent(id)}`), { signal })).files;
}
