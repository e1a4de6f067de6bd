/** What is typed into the search for models, in MLflow's filter language. */

const COMPARES = /^\s*(tags?|attributes?|name)\b.*(=|\blike\b|\bin\b|\bis\b)/i;

/** A comparison is passed on as it is; anything else is a part of the name. */
export function filterOf(text: string): string {
  if (!text || COMPARES.test(text)) return text;
  return `name ILIKE '%${quoted(text)}%'`;
}

/** A text as it stands between quotes. */
export function quoted(text: string): string {
  return text.replaceAll("'", "''");
}
