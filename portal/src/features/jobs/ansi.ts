/** Colours that programs write for terminals, as classes; all other orders to terminals are left out. */

export interface Span {
  text: string;
  className: string;
}

const ESCAPE = "\\u001b";
const orders = new RegExp(
  [
    `${ESCAPE}\\[([0-9;:]*)m`,
    `${ESCAPE}\\[[0-?]*[ -/]*[@-~]`,
    `${ESCAPE}\\][^\\u0007\\u001b]*(?:\\u0007|${ESCAPE}\\\\)`,
    `${ESCAPE}.?`,
    "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]",
  ].join("|"),
  "gsu",
);

interface Look {
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  /** One of the eight colours of terminals. */
  front: number | null;
  back: number | null;
}

const PLAIN: Look = { bold: false, dim: false, italic: false, underline: false, front: null, back: null };

export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let look = PLAIN;
  let done = 0;
  for (const found of text.matchAll(orders)) {
    add(spans, text.slice(done, found.index), look);
    if (found[1] !== undefined) look = changed(look, found[1].split(/[;:]/).map(Number));
    done = found.index + found[0].length;
  }
  add(spans, text.slice(done), look);
  return spans;
}

function add(spans: Span[], text: string, look: Look): void {
  if (text) spans.push({ text, className: classOf(look) });
}

function changed(before: Look, codes: number[]): Look {
  const look = { ...before };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) Object.assign(look, PLAIN);
    else if (code === 1) look.bold = true;
    else if (code === 2) look.dim = true;
    else if (code === 3) look.italic = true;
    else if (code === 4) look.underline = true;
    else if (code === 22) look.bold = look.dim = false;
    else if (code === 23) look.italic = false;
    else if (code === 24) look.underline = false;
    else if (code === 39) look.front = null;
    else if (code === 49) look.back = null;
    else if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(at + 1));
      if (code === 38) look.front = colour;
      else look.back = colour;
      at += used;
    } else if (code % 100 >= 30 && code % 100 <= 37 && code < 100) look.front = code - 30;
    else if (code >= 90 && code <= 97) look.front = code - 90;
    else if (code >= 40 && code <= 47) look.back = code - 40;
    else if (code >= 100 && code <= 107) look.back = code - 100;
  }
  return look;
}

/** One of 256 or of all colours, as the nearest of the eight that can be read on our background. */
function extended([kind, ...rest]: number[]): [number | null, number] {
  const [one = 0, two = 0, three = 0] = rest;
  if (kind === 2) return [nearest(one, two, three), 4];
  if (kind !== 5) return [null, 1];
  if (one < 16) return [one % 8, 2];
  if (one >= 232) return [null, 2];
  const part = (size: number) => (Math.floor((one - 16) / size) % 6) * 51;
  return [nearest(part(36), part(6), part(1)), 2];
}

function nearest(red: number, green: number, blue: number): number | null {
  const most = Math.max(red, green, blue);
  if (most - Math.min(red, green, blue) < 40) return null;
  const bit = (value: number, weight: number) => (value > most / 2 ? weight : 0);
  return bit(red, 1) + bit(green, 2) + bit(blue, 4);
}

function classOf(look: Look): string {
  const names = [
    look.bold && "bold",
    look.dim && "dim",
    look.italic && "italic",
    look.underline && "underline",
    look.front !== null && `ansi-${look.front}`,
    look.back !== null && `ansi-back-${look.back}`,
  ];
  return names.filter(Boolean).join(" ");
}

/** The same spans, cut where a text is found, in letters of either case. */
export function marked(spans: Span[], wanted: string): (Span & { hit: boolean })[] {
  if (!wanted) return spans.map((span) => ({ ...span, hit: false }));
  const whole = spans
    .map((span) => span.text)
    .join("")
    .toLowerCase();
  const hits: [number, number][] = [];
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length))
    hits.push([at, at + wanted.length]);
  const edges = [...new Set(hits.flat())];
  let place = 0;
  return spans.flatMap((span) => {
    const [start, end] = [place, place + span.text.length];
    place = end;
    const cuts = [start, ...edges.filter((edge) => edge > start && edge < end), end];
    return cuts.slice(1).map((cut, index) => {
      const from = cuts[index] ?? start;
      const hit = hits.some(([first, last]) => from >= first && from < last);
      return { text: span.text.slice(from - start, cut - start), className: span.className, hit };
    });
  });
}
