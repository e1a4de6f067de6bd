/** What stands behind the question mark of an address. */

/** Lists are JSON and all else is text, also where it looks like a number or a truth value. */
export function parseSearch(search: string): Record<string, unknown> {
  const found = [...new URLSearchParams(search)];
  return Object.fromEntries(found.map(([name, text]) => [name, text.startsWith("[") ? listOf(text) : text]));
}

function listOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
