/** What can stand where the caret is in a filter. Plain values in and out. */

import { type Kind, quoted } from "../view";
import { type Token, tokensOf } from "./tokens";

/** What the loaded runs logged. */
export interface Known {
  keys: Record<Kind, string[]>;
  /** Values of a param or tag, the commonest first. */
  values: (kind: "params" | "tags", key: string) => string[];
}

export interface Suggestion {
  /** What is shown, and what is put into the filter. */
  label: string;
  insert: string;
  what: "attribute" | "metrics" | "params" | "tags" | "operator" | "value" | "word";
}

export interface Completion {
  suggestions: Suggestion[];
  /** The part of the text that a suggestion takes the place of. */
  from: number;
  to: number;
}

const MOST = 60;
const KINDS: Kind[] = ["metrics", "params", "tags"];
const ATTRIBUTES = ["run_name", "status", "user_id", "start_time", "end_time", "run_id", "artifact_uri"];
const NUMERIC = new Set(["start_time", "end_time"]);
export const STATUSES = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];
const COMPARED = ["<", "<=", ">", ">=", "=", "!="];
const MATCHED = ["=", "!=", "LIKE", "ILIKE"];
const JOINED = ["AND", "OR"];
const PLAIN = /^[\p{L}\p{N}_]+(\.[\p{L}\p{N}_]+)*$/u;

/** Where in a comparison a word stands. */
type State = { at: "name" | "operator" | "value" | "joint"; name: string };

export function complete(text: string, caret: number, known: Known): Completion {
  const tokens = tokensOf(text.slice(0, caret));
  const last = tokens.at(-1);
  // A word that the caret touches is still being typed; signs are complete.
  const typed = last && last.end === caret && !["open", "close", "comma"].includes(last.kind) ? last : undefined;
  const state = stateAfter(typed ? tokens.slice(0, -1) : tokens);
  const from = typed?.start ?? caret;
  const to = caret + restOfWord(text, caret, typed);
  const written = typed?.text ?? "";
  // A finished number or text is not a beginning: what follows it comes after a space.
  if (typed && state.at === "value" && !typed.unclosed && typed.kind !== "name") return { suggestions: [], from, to };
  const suggestions = fitting(candidates(state, known, written), written);
  return { suggestions: isDone(suggestions, written) ? [] : suggestions, from, to };
}

/** The text with a suggestion in it, and where the caret is then. */
export function accept(text: string, { from, to }: Completion, chosen: Suggestion): { text: string; caret: number } {
  const after = text.slice(to);
  const space = chosen.insert.endsWith(".") || after.startsWith(" ") ? "" : " ";
  const before = text.slice(0, from) + chosen.insert + space;
  return {
    text: before + after,
    caret: before.length + (after.startsWith(" ") && !chosen.insert.endsWith(".") ? 1 : 0),
  };
}

/** A key as it is written behind its prefix. */
export function written(kind: Kind, key: string): string {
  return `${kind}.${PLAIN.test(key) ? key : quoted(key)}`;
}

function candidates({ at, name }: State, known: Known, typed: string): Suggestion[] {
  if (at === "name") return [...names(known, typed), ...words(["NOT"])];
  if (at === "operator") return operatorsOf(name).map((one) => ({ label: one, insert: one, what: "operator" }));
  if (at === "joint") return words(JOINED);
  return valuesOf(name, known).map((one) => ({ label: one, insert: text(one), what: "value" }));
}

function names(known: Known, typed: string): Suggestion[] {
  const found: Suggestion[] = ATTRIBUTES.map((one) => ({ label: one, insert: one, what: "attribute" }));
  for (const kind of KINDS) {
    if (!typed && known.keys[kind].length > 0) found.push({ label: `${kind}.`, insert: `${kind}.`, what: kind });
    if (!typed) continue;
    for (const key of known.keys[kind]) {
      const name = written(kind, key);
      found.push({ label: name, insert: name, what: kind });
    }
  }
  return found;
}

function words(all: string[]): Suggestion[] {
  return all.map((one) => ({ label: one, insert: one, what: "word" }));
}

function operatorsOf(name: string): string[] {
  const [kind] = entityOf(name);
  if (kind === "metrics" || NUMERIC.has(name)) return COMPARED;
  if (kind === "params" || kind === "tags") return [...MATCHED, "IS NULL", "IS NOT NULL"];
  return name === "run_id" ? [...MATCHED, "IN", "NOT IN"] : MATCHED;
}

function valuesOf(name: string, known: Known): string[] {
  if (name === "status") return STATUSES;
  const [kind, key] = entityOf(name);
  return kind === "params" || kind === "tags" ? known.values(kind, key) : [];
}

/** The kind and the bare key of a name; no kind for attributes. */
function entityOf(name: string): [Kind | null, string] {
  const dot = name.indexOf(".");
  const prefix = name.slice(0, Math.max(0, dot));
  const kind = KINDS.find(
    (one) => prefix === one || `${prefix}s` === one || (one === "params" && /^parameters?$/.test(prefix)),
  );
  const key = name.slice(dot + 1);
  return [kind ?? null, /^["'`]/.test(key) ? key.slice(1, -1) : key];
}

function stateAfter(tokens: Token[]): State {
  let state: State = { at: "name", name: "" };
  for (const [place, token] of tokens.entries()) state = step(state, token, tokens[place + 1]);
  return state;
}

function step(state: State, token: Token, following: Token | undefined): State {
  const word = token.kind === "name" ? token.text.toUpperCase() : "";
  if (state.at === "name") {
    if (word === "NOT" || token.kind === "open") return state;
    return { at: "operator", name: bare(token.text) };
  }
  if (state.at === "operator") {
    // NOT LIKE, NOT IN, IS NOT: more of the operator follows.
    if (word === "NOT" || word === "IS") return state;
    return word === "NULL" ? { at: "joint", name: "" } : { at: "value", name: state.name };
  }
  if (state.at === "value") {
    if (token.kind === "open" || token.kind === "comma") return state;
    return following?.kind === "comma" ? state : { at: "joint", name: "" };
  }
  return word === "AND" || word === "OR" ? { at: "name", name: "" } : state;
}

function bare(name: string): string {
  return name.replace(/^(attributes?|attr|run)\./, "");
}

/** Those that hold what was typed, first those that begin with it, or whose key does. */
function fitting(all: Suggestion[], typed: string): Suggestion[] {
  const wanted = plain(typed);
  if (!wanted) return all.slice(0, MOST);
  const rank = ({ label }: Suggestion) => {
    const name = plain(label);
    if (name.startsWith(wanted)) return 0;
    if (name.slice(name.indexOf(".") + 1).startsWith(wanted)) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter((found) => found.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ one }) => one);
}

function isDone(suggestions: Suggestion[], typed: string): boolean {
  return suggestions.length === 1 && suggestions[0]?.insert === typed;
}

/** Without quotes and case: nobody types those for the sake of a list. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/["'`]/g, "");
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** What of the word behind the caret belongs to it, so that a suggestion does not leave its end behind. */
function restOfWord(text: string, caret: number, typed: Token | undefined): number {
  if (!typed) return 0;
  const whole = tokensOf(text).find((token) => token.start === typed.start);
  return whole && !whole.unclosed && whole.kind === typed.kind ? Math.max(0, whole.end - caret) : 0;
}
