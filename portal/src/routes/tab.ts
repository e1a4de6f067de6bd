/** What of a run is shown, as its address says. */

import { type ChartView, parseChartView } from "../features/runs/chartView";

export const tabs = ["overview", "charts", "artifacts", "logs", "code"] as const;

export type Tab = (typeof tabs)[number];

export interface RunView extends ChartView {
  tab?: Tab;
  path?: string;
}

export function parseTab(raw: Record<string, unknown>): RunView {
  const tab = tabs.find((one) => one === raw["tab"]);
  const path = typeof raw["path"] === "string" && raw["path"] ? raw["path"] : undefined;
  return {
    ...(tab && tab !== "overview" && { tab }),
    ...(path && { path }),
    ...(tab === "charts" && parseChartView(raw)),
  };
}

/** What a list is narrowed down to. */
export interface FilterView {
  filter?: string;
}

export function parseFilter(raw: Record<string, unknown>): FilterView {
  return typeof raw["filter"] === "string" && raw["filter"] ? { filter: raw["filter"] } : {};
}
