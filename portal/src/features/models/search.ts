/** What is typed into the search for models, in MLflow's filter language. */

const COMPARES = /^\s*(tags?|attributes?|name|description)\b.*(=|\blike\b|\bin\b|\bis\b)/i;

/** A comparison is passed on as it is; anything else is a part of the name or of the description. */
export function filterOf(text: string): string {
  if (!text || COMPARES.test(text)) return text;
  const part = `'%${quoted(text)}%'`;
  return `name ILIKE ${part} OR description ILIKE ${part}`;
}

/** A text as it stands between quotes. */
export function quoted(text: string): string {
  return text.replaceAll("'", "''");
}
