/** Which runs are compared and how, as the address says. */

import { keyColumn } from "../runs/view";

export const compareTabs = ["charts", "differences", "scatter", "contour", "parallel", "artifacts"] as const;

export type CompareTab = (typeof compareTabs)[number];

/** Runs at once: with more, neither lines nor columns can be told apart. */
export const MOST = 200;

export interface CompareView {
  runs: string[];
  tab?: CompareTab;
  /** What scatter and contour have on their axes, as `params.KEY` or `metrics.KEY`, */
  x?: string;
  y?: string;
  /** and the metric that is the contour's height. */
  z?: string;
  /** The axes of the parallel coordinates. */
  axes?: string[];
  /** The file that is looked at in all runs. */
  path?: string;
}

export function parseCompareView(raw: Record<string, unknown>): CompareView {
  const { runs, x, y, z, axes, path } = raw;
  const ids = Array.isArray(runs) ? runs.filter((one) => typeof one === "string" && one !== "") : [];
  const tab = compareTabs.find((one) => one === raw["tab"]);
  return {
    runs: [...new Set(ids as string[])].slice(0, MOST),
    ...(tab && tab !== "charts" && { tab }),
    ...(keyColumn(x) && { x: x as string }),
    ...(keyColumn(y) && { y: y as string }),
    ...(keyColumn(z) && { z: z as string }),
    ...(Array.isArray(axes) && { axes: axes.filter((one) => keyColumn(one) !== null) }),
    ...(typeof path === "string" && path && { path }),
  };
}
