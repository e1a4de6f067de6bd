/** Numbers as the protocol sends them: NaN as a text, infinities as the largest numbers there are. */

export type WireNumber = number | string | null;

export function fromWire(value: WireNumber): number {
  if (typeof value !== "number") return Number(value ?? Number.NaN);
  return Math.abs(value) >= Number.MAX_VALUE ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
}
