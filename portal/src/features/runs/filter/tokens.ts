/** Cuts a filter, perhaps half typed, into its words, as the server does. */

export type TokenKind = "name" | "text" | "number" | "operator" | "open" | "close" | "comma" | "other";

export interface Token {
  kind: TokenKind;
  text: string;
  start: number;
  end: number;
  /** Whether a quote in it was opened and not closed. */
  unclosed: boolean;
}

const NAME =
  /(?:[\p{L}_][\p{L}\p{N}_]*|`[^`]*`?)(?:\.(?:[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*\.?|"[^"]*"?|'[^']*'?|`[^`]*`?)?)?/uy;
const kinds: [TokenKind, RegExp][] = [
  ["number", /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_.])/uy],
  ["name", NAME],
  ["text", /'(?:[^']|'')*'?|"(?:[^"]|"")*"?/uy],
  ["operator", /[<>!=]=|<>|[<>=!]/uy],
  ["open", /\(/uy],
  ["close", /\)/uy],
  ["comma", /,/uy],
  ["other", /[\p{L}\p{N}_]+|[^\s]/uy],
];

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/u.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token = next(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function next(text: string, start: number): Token {
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = start;
    const found = pattern.exec(text)?.[0];
    if (found) return { kind, text: found, start, end: start + found.length, unclosed: isUnclosed(kind, found) };
  }
  return { kind: "other", text: text.charAt(start), start, end: start + 1, unclosed: false };
}

function isUnclosed(kind: TokenKind, text: string): boolean {
  if (kind === "text") return text.length < 2 || (text.split(text.charAt(0)).length - 1) % 2 === 1;
  const key = text.slice(text.indexOf(".") + 1);
  const mark = kind === "name" && /^["'`]/.test(key) ? key.charAt(0) : "";
  return mark !== "" && (key.length < 2 || !key.endsWith(mark));
}
