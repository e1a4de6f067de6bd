/** Runs beside each other, each with looks of its own that are the same wherever it is drawn. */

import { useMemo } from "react";
import type { Run } from "../../api/mlflow";
import { type ThemeName, useTheme } from "../../ui/theme";
import { nameOf } from "../runs/run";

export interface Compared {
  id: string;
  name: string;
  run: Run;
  colour: string;
  dash: number[];
}

/** Neighbours are as far from each other as can be, however many there are. */
const GOLDEN_ANGLE = 137.508;
/** So many colours are told apart; then the same are dashed. */
const COLOURS = 10;
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** The looks follow the order in the address, so that a run that is gone changes nobody's. */
export function useLooks(runs: Run[], ids: string[]): Compared[] {
  const theme = useTheme();
  return useMemo(() => {
    const places = new Map(ids.map((id, place) => [id, place]));
    return runs.map((run) => {
      const place = places.get(run.info.run_id) ?? 0;
      const dash = DASHES[Math.floor(place / COLOURS) % DASHES.length] ?? [];
      return { id: run.info.run_id, name: nameOf(run), run, colour: colourOf(place, theme), dash };
    });
  }, [runs, ids, theme]);
}

/** Equally light in all hues, so that each stands out from the page. */
function colourOf(place: number, theme: ThemeName): string {
  const hue = (260 + place * GOLDEN_ANGLE) % 360;
  return theme === "dark" ? `oklch(0.78 0.13 ${hue.toFixed(1)})` : `oklch(0.55 0.17 ${hue.toFixed(1)})`;
}
