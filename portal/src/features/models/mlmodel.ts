/** What a model's own file, MLmodel, says of it. Anybody may have written it, so nothing in it is taken for granted. */

import type { Files } from "../artifacts/files";
import { beginning } from "../artifacts/queries";

export const MODEL_FILE = "MLmodel";
/** Bytes of it that are read: signatures of thousands of columns are shorter. */
const MOST = 2 * 1024 * 1024;

/** What a model takes or gives, or a parameter of its prediction. */
export interface SchemaField {
  name: string;
  type: string;
  required?: boolean;
  default?: string;
}

export interface Signature {
  inputs: SchemaField[];
  outputs: SchemaField[];
  params: SchemaField[];
}

export interface Flavour {
  name: string;
  details: string;
}

export interface ModelFile {
  signature?: Signature;
  /** Path of the file with the input example. */
  example?: string;
  flavours: Flavour[];
  bytes?: number;
  mlflow?: string;
}

/** A model's folder: the files directly in it with their bytes, and what its MLmodel file says, or why that cannot be read. */
export interface ModelFolder {
  sizes: Map<string, number>;
  file?: ModelFile;
  problem?: string;
}

export async function readFolder(from: Files, signal: AbortSignal): Promise<ModelFolder> {
  const files = (await from.list("", signal)).filter((one) => !one.is_dir);
  const sizes = new Map(files.map((one) => [one.path, one.file_size ?? 0]));
  const size = sizes.get(MODEL_FILE);
  if (size === undefined) return { sizes };
  const [text, { parse }] = await Promise.all([beginning(from, MODEL_FILE, size, signal, MOST), import("yaml")]);
  try {
    return { sizes, file: understood(record(parse(text, { logLevel: "error" }))) };
  } catch (error) {
    return { sizes, problem: error instanceof Error ? error.message : String(error) };
  }
}

function understood(file: Fields): ModelFile {
  const example = text(record(file["saved_input_example_info"])["artifact_path"]);
  const bytes = file["model_size_bytes"];
  return {
    signature: signatureOf(record(file["signature"])),
    ...(example && { example }),
    flavours: Object.entries(record(file["flavors"])).map(([name, told]) => ({ name, details: detailsOf(told) })),
    ...(typeof bytes === "number" && { bytes }),
    ...(text(file["mlflow_version"]) && { mlflow: text(file["mlflow_version"]) }),
  };
}

function detailsOf(flavour: unknown): string {
  return Object.entries(record(flavour))
    .filter(([, value]) => value !== null && value !== "" && typeof value !== "object")
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ");
}

function signatureOf(signature: Fields): Signature | undefined {
  const [inputs, outputs, params] = ["inputs", "outputs", "params"].map((part) => fieldsOf(signature[part]));
  return inputs || outputs || params
    ? { inputs: inputs ?? [], outputs: outputs ?? [], params: params ?? [] }
    : undefined;
}

/** Fields as MLflow writes them: a text of JSON within the YAML. */
function fieldsOf(told: unknown): SchemaField[] | undefined {
  const fields: unknown = typeof told === "string" ? JSON.parse(told) : told;
  return Array.isArray(fields) ? fields.map((one, index) => fieldOf(record(one), index)) : undefined;
}

function fieldOf(field: Fields, index: number): SchemaField {
  return {
    name: text(field["name"]) || String(index),
    type: typeOf(field),
    ...(typeof field["required"] === "boolean" && { required: field["required"] }),
    ...("default" in field && { default: JSON.stringify(field["default"]) }),
  };
}

/** A type in words; those within others come along, down to a depth that anybody reads. */
function typeOf(field: Fields, depth = 0): string {
  if (depth > 5) return "…";
  const inner = (part: string) => typeOf(record(field[part]), depth + 1);
  switch (field["type"]) {
    case "tensor":
      return tensorOf(record(field["tensor-spec"]));
    case "array":
      return `array<${inner("items")}>`;
    case "map":
      return `map<${inner("values")}>`;
    case "object":
      return objectOf(record(field["properties"]), depth);
    default:
      return `${text(field["type"]) || text(field["dtype"]) || "?"}${shapeOf(field["shape"])}`;
  }
}

function tensorOf(spec: Fields): string {
  return `tensor<${text(spec["dtype"]) || "?"}>${shapeOf(spec["shape"])}`;
}

function objectOf(properties: Fields, depth: number): string {
  const told = Object.entries(properties).map(([name, field]) => {
    const optional = record(field)["required"] === false ? "?" : "";
    return `${name}${optional}: ${typeOf(record(field), depth + 1)}`;
  });
  return `{${told.join(", ")}}`;
}

function shapeOf(shape: unknown): string {
  return Array.isArray(shape) ? ` [${shape.map((size) => (size === -1 ? "*" : String(size))).join(", ")}]` : "";
}

type Fields = Record<string, unknown>;

export function record(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
