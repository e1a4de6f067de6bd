/** The calls of MLflow's protocol that the portal makes, with their shapes. */

import type { WireNumber } from "../lib/numbers";
import { api } from "../lib/urls";
import { requestJson } from "./request";

export interface KeyValue {
  key: string;
  value: string;
}

export interface Experiment {
  experiment_id: string;
  name: string;
  last_update_time: number;
  creation_time: number;
  lifecycle_stage?: string;
  tags?: KeyValue[];
}

/** Which stage of life is looked at. */
export type ViewType = "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";

export interface Metric {
  key: string;
  value: WireNumber;
  timestamp: number;
  step: number;
}

export interface RunInfo {
  run_id: string;
  experiment_id: string;
  run_name: string;
  user_id: string;
  status: string;
  start_time?: number | null;
  end_time?: number | null;
  artifact_uri?: string;
  lifecycle_stage?: string;
}

export interface RunData {
  metrics?: Metric[];
  params?: KeyValue[];
  tags?: KeyValue[];
}

export interface DatasetInput {
  dataset: { name: string; digest: string; source_type: string; source: string };
  tags?: KeyValue[];
}

export interface Run {
  info: RunInfo;
  data: RunData;
  inputs?: { dataset_inputs?: DatasetInput[]; model_inputs?: { model_id: string }[] };
  outputs?: { model_outputs?: { model_id: string; step?: number }[] };
}

export interface Runs {
  runs?: Run[];
  next_page_token?: string;
}

export interface Experiments {
  experiments?: Experiment[];
  next_page_token?: string;
}

export interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size?: number | null;
}

export interface RunSearch {
  experimentIds: string[];
  filter?: string;
  orderBy?: string[];
  pageToken?: string;
  maxResults: number;
  viewType?: ViewType;
}

export function searchExperiments(
  filter: string,
  pageToken: string,
  signal?: AbortSignal,
  viewType: ViewType = "ACTIVE_ONLY",
) {
  const query = new URLSearchParams({ max_results: "50", filter, page_token: pageToken, view_type: viewType });
  query.append("order_by", "last_update_time DESC");
  return requestJson<Experiments>(`${api.mlflow("experiments/search")}?${query}`, { signal });
}

export async function getExperiment(id: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ experiment_id: id });
  const found = await requestJson<{ experiment: Experiment }>(`${api.mlflow("experiments/get")}?${query}`, { signal });
  return found.experiment;
}

export function searchRuns(search: RunSearch, signal?: AbortSignal) {
  const body = {
    experiment_ids: search.experimentIds,
    filter: search.filter ?? "",
    order_by: search.orderBy ?? [],
    page_token: search.pageToken ?? "",
    max_results: search.maxResults,
    run_view_type: search.viewType ?? "ACTIVE_ONLY",
  };
  return requestJson<Runs>(api.mlflow("runs/search"), { method: "POST", body, signal });
}

export async function getRun(id: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ run_id: id });
  return (await requestJson<{ run: Run }>(`${api.mlflow("runs/get")}?${query}`, { signal })).run;
}

/** A page of all points of a metric. */
export function getHistoryPage(runId: string, key: string, pageToken: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ run_id: runId, metric_key: key, max_results: "25000", page_token: pageToken });
  const url = `${api.mlflow("metrics/get-history")}?${query}`;
  return requestJson<{ metrics?: Metric[]; next_page_token?: string }>(url, { signal });
}

export interface RunMetric extends Metric {
  run_id: string;
}

/** The history of a metric in up to 100 runs, at about `most` steps that they share. */
export async function getHistories(runIds: string[], key: string, most: number, signal?: AbortSignal) {
  const query = new URLSearchParams({ metric_key: key, max_results: String(most) });
  for (const runId of runIds) query.append("run_ids", runId);
  const url = `${api.mlflow("metrics/get-history-bulk-interval")}?${query}`;
  return (await requestJson<{ metrics?: RunMetric[] }>(url, { signal })).metrics ?? [];
}

export async function listArtifacts(runId: string, path: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ run_id: runId, path });
  return (
    (await requestJson<{ files?: FileInfo[] }>(`${api.mlflow("artifacts/list")}?${query}`, { signal })).files ?? []
  );
}

function post<Answer = unknown>(call: string, body: Record<string, unknown>) {
  return requestJson<Answer>(api.mlflow(call), { method: "POST", body });
}

export const createExperiment = (name: string, tags: KeyValue[]) =>
  post<{ experiment_id: string }>("experiments/create", { name, tags });

export const renameExperiment = (id: string, name: string) =>
  post("experiments/update", { experiment_id: id, new_name: name });

export const deleteExperiment = (id: string) => post("experiments/delete", { experiment_id: id });

export const restoreExperiment = (id: string) => post("experiments/restore", { experiment_id: id });

export const setExperimentTag = (id: string, key: string, value: string) =>
  post("experiments/set-experiment-tag", { experiment_id: id, key, value });

export const deleteExperimentTag = (id: string, key: string) =>
  post("experiments/delete-experiment-tag", { experiment_id: id, key });

export const renameRun = (id: string, name: string) => post("runs/update", { run_id: id, run_name: name });

export const deleteRun = (id: string) => post("runs/delete", { run_id: id });

export const restoreRun = (id: string) => post("runs/restore", { run_id: id });

export const setRunTag = (id: string, key: string, value: string) => post("runs/set-tag", { run_id: id, key, value });

export const deleteRunTag = (id: string, key: string) => post("runs/delete-tag", { run_id: id, key });
