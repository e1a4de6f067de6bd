/** The lines of a piece of a log. */

const NEWLINE = 10;
const RETURN = 13;
/** Bytes of a line that are shown: whoever prints a megabyte without a newline gets several lines. */
const LONGEST = 16_384;

const decoder = new TextDecoder();

/** Where lines begin; the last one may still grow. */
export function lineStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    starts.push(at);
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    // What a progress bar wrote over stands in one line, however long that is.
    at = end - at > LONGEST && bytes.subarray(at, end - 2).indexOf(RETURN) < 0 ? at + LONGEST : end;
  }
  return starts;
}

/** A line as a terminal shows it: what was written over is gone. */
export function lineText(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN)) end--;
  const start = bytes.subarray(0, end).lastIndexOf(RETURN) + 1;
  return decoder.decode(bytes.subarray(Math.max(start, end - 2 * LONGEST), end));
}

/** The line in which a byte is. */
export function lineAt(starts: number[], at: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}
