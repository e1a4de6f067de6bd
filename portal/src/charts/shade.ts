/** From blue for the lowest, 0, to red for the highest, 1; gray for nothing. */
export function shade(at: number | null): string {
  return at === null ? "gray" : `oklch(0.64 0.16 ${(260 - at * 235).toFixed(0)})`;
}
