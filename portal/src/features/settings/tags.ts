/** Tags as they are written into a box: a line each, `key=value`. */

export type Tags = Record<string, string>;

export function written(tags: Tags): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join("\n");
}

/** The tags in a text; undefined where a line is none. */
export function read(text: string): Tags | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf("=")).trim(),
    line.slice(line.indexOf("=") + 1).trim(),
  ]);
  if (lines.some((line) => line.indexOf("=") < 1)) return undefined;
  return Object.fromEntries(pairs) as Tags;
}
