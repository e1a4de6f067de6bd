/** The calls of MLflow's protocol about logged models, with their shapes. */

import type { WireNumber } from "../lib/numbers";
import { api } from "../lib/urls";
import type { FileInfo, KeyValue } from "./mlflow";
import { request, requestJson } from "./request";

export interface LoggedMetric {
  key: string;
  value: WireNumber;
  timestamp: number;
  step: number;
  run_id: string;
  dataset_name?: string;
  dataset_digest?: string;
}

export interface LoggedModel {
  info: {
    model_id: string;
    experiment_id: string;
    name: string;
    creation_timestamp_ms: number;
    last_updated_timestamp_ms: number;
    artifact_uri: string;
    status: string;
    model_type?: string;
    source_run_id?: string;
    tags?: KeyValue[];
  };
  data: { params?: KeyValue[]; metrics?: LoggedMetric[] };
}

export interface LoggedModels {
  models?: LoggedModel[];
  next_page_token?: string;
}

export function searchLoggedModels(
  experimentId: string,
  filter: string,
  most: number,
  pageToken: string,
  signal?: AbortSignal,
) {
  const body = { experiment_ids: [experimentId], filter, max_results: most, page_token: pageToken };
  return requestJson<LoggedModels>(api.mlflow("logged-models/search"), { method: "POST", body, signal });
}

export async function getLoggedModel(id: string, signal?: AbortSignal) {
  return (await requestJson<{ model: LoggedModel }>(urlOf(id), { signal })).model;
}

export function deleteLoggedModel(id: string) {
  return request(urlOf(id), { method: "DELETE", body: {} });
}

export function setLoggedModelTag(id: string, key: string, value: string) {
  return request(`${urlOf(id)}/tags`, { method: "PATCH", body: { tags: [{ key, value }] } });
}

export function deleteLoggedModelTag(id: string, key: string) {
  return request(`${urlOf(id)}/tags/${encodeURIComponent(key)}`, { method: "DELETE", body: {} });
}

export async function listLoggedModelFiles(id: string, path: string, signal?: AbortSignal) {
  const url = `${urlOf(id)}/artifacts/directories?${new URLSearchParams({ artifact_directory_path: path })}`;
  return (await requestJson<{ files?: FileInfo[] }>(url, { signal })).files ?? [];
}

function urlOf(id: string): string {
  return api.mlflow(`logged-models/${encodeURIComponent(id)}`);
}
