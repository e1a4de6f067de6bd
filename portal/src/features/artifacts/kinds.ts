/** How a file is shown, by its name's ending. */

export type Preview = { as: "text" } | { as: "json" } | { as: "image"; type: string } | { as: "nothing" };

const images: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
};
const json = new Set(["json", "ipynb", "geojson"]);
// HTML and SVG are shown as the text they are.
const text = new Set(
  `txt log err out cfg conf ini properties toml yaml yml xml js ts py r sh sql csv tsv md rst html htm svg css env
  jsonl ndjson dockerfile requirements mlmodel mlproject gitignore lock`.split(/\s+/),
);

export function previewOf(path: string): Preview {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const type = images[ending];
  if (type) return { as: "image", type };
  if (json.has(ending)) return { as: "json" };
  return text.has(ending) ? { as: "text" } : { as: "nothing" };
}
