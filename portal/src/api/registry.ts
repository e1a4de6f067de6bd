/** The calls of MLflow's protocol about registered models, with their shapes. */

import { api } from "../lib/urls";
import type { FileInfo, KeyValue } from "./mlflow";
import { request, requestJson } from "./request";

export interface Alias {
  alias: string;
  version: string;
}

export interface ModelVersion {
  name: string;
  version: string;
  creation_timestamp: number;
  last_updated_timestamp: number;
  current_stage: string;
  description?: string;
  user_id?: string;
  source?: string;
  run_id?: string;
  status?: string;
  run_link?: string;
  model_id?: string;
  tags?: KeyValue[];
  aliases?: string[];
}

export interface RegisteredModel {
  name: string;
  creation_timestamp: number;
  last_updated_timestamp: number;
  description?: string;
  latest_versions?: ModelVersion[];
  tags?: KeyValue[];
  aliases?: Alias[];
}

export interface RegisteredModels {
  registered_models?: RegisteredModel[];
  next_page_token?: string;
}

export interface ModelVersions {
  model_versions?: ModelVersion[];
  next_page_token?: string;
}

export interface NewVersion {
  name: string;
  source: string;
  run_id?: string;
  model_id?: string;
}

export const stages = ["None", "Staging", "Production", "Archived"] as const;

/** Stages in which versions are used, so that a new one may take the place of others. */
export const usedStages: readonly string[] = ["Staging", "Production"];

export function searchModels(filter: string, pageToken: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ max_results: "50", filter, page_token: pageToken });
  return requestJson<RegisteredModels>(`${api.mlflow("registered-models/search")}?${query}`, { signal });
}

export async function getModel(name: string, signal?: AbortSignal) {
  const url = `${api.mlflow("registered-models/get")}?${new URLSearchParams({ name })}`;
  return (await requestJson<{ registered_model: RegisteredModel }>(url, { signal })).registered_model;
}

export function createModel(name: string) {
  return post("registered-models/create", { name });
}

export function describeModel(name: string, description: string) {
  return change("registered-models/update", { name, description });
}

export function renameModel(name: string, newName: string) {
  return post("registered-models/rename", { name, new_name: newName });
}

export function deleteModel(name: string) {
  return remove("registered-models/delete", { name });
}

export function setModelTag(name: string, key: string, value: string) {
  return post("registered-models/set-tag", { name, key, value });
}

export function deleteModelTag(name: string, key: string) {
  return remove("registered-models/delete-tag", { name, key });
}

export function setAlias(name: string, alias: string, version: string) {
  return post("registered-models/alias", { name, alias, version });
}

export function deleteAlias(name: string, alias: string) {
  return remove("registered-models/alias", { name, alias });
}

export function searchVersions(filter: string, most: number, pageToken: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ max_results: String(most), filter, page_token: pageToken });
  query.append("order_by", "version_number DESC");
  return requestJson<ModelVersions>(`${api.mlflow("model-versions/search")}?${query}`, { signal });
}

export async function getVersion(name: string, version: string, signal?: AbortSignal) {
  const url = `${api.mlflow("model-versions/get")}?${new URLSearchParams({ name, version })}`;
  return (await requestJson<{ model_version: ModelVersion }>(url, { signal })).model_version;
}

export async function createVersion(made: NewVersion) {
  const url = api.mlflow("model-versions/create");
  return (await requestJson<{ model_version: ModelVersion }>(url, { method: "POST", body: made })).model_version;
}

export function describeVersion(name: string, version: string, description: string) {
  return change("model-versions/update", { name, version, description });
}

export function deleteVersion(name: string, version: string) {
  return remove("model-versions/delete", { name, version });
}

export function moveVersion(name: string, version: string, stage: string, archive: boolean) {
  return post("model-versions/transition-stage", { name, version, stage, archive_existing_versions: archive });
}

export function setVersionTag(name: string, version: string, key: string, value: string) {
  return post("model-versions/set-tag", { name, version, key, value });
}

export function deleteVersionTag(name: string, version: string, key: string) {
  return remove("model-versions/delete-tag", { name, version, key });
}

export async function listVersionFiles(name: string, version: string, path: string, signal?: AbortSignal) {
  const url = `${api.v1("model-versions/artifacts")}?${new URLSearchParams({ name, version, path })}`;
  return (await requestJson<{ files?: FileInfo[] }>(url, { signal })).files ?? [];
}

function post(call: string, body: object) {
  return request(api.mlflow(call), { method: "POST", body });
}

function change(call: string, body: object) {
  return request(api.mlflow(call), { method: "PATCH", body });
}

function remove(call: string, body: object) {
  return request(api.mlflow(call), { method: "DELETE", body });
}
