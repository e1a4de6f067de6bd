/** What a notebook holds, of whatever version since 4, in the kinds that are shown. */

export interface Cell {
  kind: "code" | "markdown" | "raw";
  source: string;
  number: number | null;
  outputs: Output[];
}

export type Output =
  | { kind: "text" | "error" | "page" | "markdown"; text: string }
  | { kind: "image"; address: string };

type Json = Record<string, unknown>;

const MOST_TEXT = 100_000;
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

/** Null for what is no notebook. */
export function cellsOf(text: string): Cell[] | null {
  try {
    const { cells } = JSON.parse(text) as { cells?: unknown };
    return Array.isArray(cells) ? cells.filter(isObject).map(cellOf) : null;
  } catch {
    return null;
  }
}

function cellOf(cell: Json): Cell {
  const kind = cell["cell_type"] === "markdown" ? "markdown" : cell["cell_type"] === "raw" ? "raw" : "code";
  const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"].filter(isObject).flatMap(outputOf) : [];
  const number = cell["execution_count"];
  return { kind, source: joined(cell["source"]), number: typeof number === "number" ? number : null, outputs };
}

function outputOf(output: Json): Output[] {
  if (output["output_type"] === "stream") return [{ kind: "text", text: joined(output["text"]) }];
  if (output["output_type"] === "error") {
    const trace = Array.isArray(output["traceback"]) ? output["traceback"].map(String).join("\n") : "";
    return [{ kind: "error", text: trace || `${output["ename"]}: ${output["evalue"]}` }];
  }
  return isObject(output["data"]) ? best(output["data"]) : [];
}

/** Of the ways in which something was put out, the one that shows most. */
function best(data: Json): Output[] {
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const content = joined(data[type]);
    if (content && BASE64.test(content)) return [{ kind: "image", address: `data:${type};base64,${content.trim()}` }];
  }
  const drawing = joined(data["image/svg+xml"]);
  if (drawing) return [{ kind: "image", address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing)}` }];
  const page = joined(data["text/html"]);
  if (page) return [{ kind: "page", text: page }];
  const prose = joined(data["text/markdown"]);
  if (prose) return [{ kind: "markdown", text: prose }];
  const plain = joined(data["text/plain"]);
  return plain ? [{ kind: "text", text: plain.slice(0, MOST_TEXT) }] : [];
}

function joined(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join("") : typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
