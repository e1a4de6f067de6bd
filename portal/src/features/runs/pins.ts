/** Metrics that somebody wants to see first, in all runs of an experiment; the browser keeps them. */

import { useState } from "react";
import { keep, kept } from "../../lib/kept";

export function usePins(experimentId: string): [ReadonlySet<string>, (key: string) => void] {
  const place = `lazward.pins.${experimentId}`;
  const [pins, setPins] = useState(() => new Set(read(place)));
  const toggle = (key: string) => {
    const changed = new Set(pins);
    if (!changed.delete(key)) changed.add(key);
    keep(place, JSON.stringify([...changed]));
    setPins(changed);
  };
  return [pins, toggle];
}

function read(place: string): string[] {
  try {
    const found: unknown = JSON.parse(kept(place) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
