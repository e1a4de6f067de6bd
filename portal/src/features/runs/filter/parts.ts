import type { Place } from "../../../api/errors";

/** The text before, at and behind a place; servers count characters, browsers count halves of some. */
export function partsOf(text: string, { position, length }: Place): [string, string, string] {
  const characters = Array.from(text);
  const start = position - 1;
  const part = (from: number, to?: number) => characters.slice(from, to).join("");
  return [part(0, start), part(start, start + length), part(start + length)];
}
