/** The calls of Lazward's own API that the portal makes; their shapes are made from its description. */

import { api } from "../lib/urls";
import { request, requestJson } from "./request";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Chart = Schemas["Chart"];
export type ComputeTarget = Schemas["ComputeTarget"];
export type Job = Schemas["Job"];
export type Me = Schemas["Me"];
export type Workspace = Schemas["Workspace"];

export interface LogPart {
  bytes: Uint8Array;
  offset: number;
}

export function getMe(signal?: AbortSignal) {
  return requestJson<Me>(api.v1("me"), { signal });
}

export async function listWorkspaces(signal?: AbortSignal) {
  return (await requestJson<Schemas["Workspaces"]>(api.v1("workspaces"), { signal })).workspaces;
}

export async function listJobs(before: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ max_results: "100" });
  if (before) query.set("before", before);
  return (await requestJson<Schemas["Jobs"]>(`${api.v1("jobs")}?${query}`, { signal })).jobs;
}

export function getJob(runId: string, signal?: AbortSignal) {
  return requestJson<Job>(api.v1(`jobs/${encodeURIComponent(runId)}`), { signal });
}

export function cancelJob(runId: string) {
  return request(api.v1(`jobs/${encodeURIComponent(runId)}/cancel`), { method: "POST", body: {} });
}

export async function listCompute(signal?: AbortSignal) {
  return (await requestJson<Schemas["ComputeTargets"]>(api.v1("compute"), { signal })).compute;
}

/** What a log holds from an offset on; empty at its end. */
export async function readLog(runId: string, name: string, offset: number, signal?: AbortSignal): Promise<LogPart> {
  const response = await request(`${api.log(runId, name)}?offset=${offset}`, { signal });
  return { bytes: new Uint8Array(await response.arrayBuffer()), offset };
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
