/** How a file is shown, by its name's ending. */

export type Preview =
  | { as: "text" | "json" | "notebook" | "markdown" | "parquet" | "html" | "pdf" | "nothing" }
  | { as: "table"; separator: string }
  | { as: "image"; type: string }
  | { as: "sound" | "video" };

const images: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  avif: "image/avif",
  ico: "image/x-icon",
  // As an image it runs no scripts and loads nothing.
  svg: "image/svg+xml",
};
const kinds: Record<string, Preview> = {
  csv: { as: "table", separator: "," },
  tsv: { as: "table", separator: "\t" },
  parquet: { as: "parquet" },
  pq: { as: "parquet" },
  json: { as: "json" },
  geojson: { as: "json" },
  ipynb: { as: "notebook" },
  md: { as: "markdown" },
  markdown: { as: "markdown" },
  html: { as: "html" },
  htm: { as: "html" },
  pdf: { as: "pdf" },
  wav: { as: "sound" },
  mp3: { as: "sound" },
  ogg: { as: "sound" },
  oga: { as: "sound" },
  flac: { as: "sound" },
  m4a: { as: "sound" },
  mp4: { as: "video" },
  m4v: { as: "video" },
  webm: { as: "video" },
  mov: { as: "video" },
};
const text = new Set(
  `txt log err out cfg conf ini properties toml yaml yml xml js ts py r sh sql rst css env
  jsonl ndjson dockerfile makefile license readme requirements mlmodel mlproject gitignore lock`.split(/\s+/),
);

export function previewOf(path: string): Preview {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const type = images[ending];
  if (type) return { as: "image", type };
  return kinds[ending] ?? { as: text.has(ending) ? "text" : "nothing" };
}
