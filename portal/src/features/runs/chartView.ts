/** Which charts of a run are shown and how: kept in the address, so that a copied link shows the same. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Look, Range, XAxis } from "../../charts/series";
import { pages } from "../../lib/urls";
import { useDelayed } from "../../ui/useDelayed";

/** Its part of the address; texts, as addresses have them. */
export interface ChartView {
  keys?: string;
  x?: XAxis;
  smooth?: string;
  log?: string;
  from?: string;
  to?: string;
  /** The chart that fills the window. */
  chart?: string;
}

export interface ChartState {
  search: string;
  look: Look;
  range: Range | null;
  large: string | null;
}

const axes = ["step", "time", "relative"] as const;

export function parseChartView(raw: Record<string, unknown>): ChartView {
  const text = (name: string) => (typeof raw[name] === "string" && raw[name] ? { [name]: raw[name] } : {});
  const x = axes.find((one) => one === raw["x"] && one !== "step");
  const range = rangeOf(raw) ? { ...text("from"), ...text("to") } : {};
  const smooth = weightOf(raw["smooth"]) > 0 ? text("smooth") : {};
  return {
    ...text("keys"),
    ...(x && { x }),
    ...smooth,
    ...(raw["log"] === "1" && { log: "1" }),
    ...range,
    ...text("chart"),
  };
}

/** What is shown, and how to change that; the address follows once nothing has changed for a moment. */
export function useChartState(): [ChartState, (change: Partial<ChartState>) => void] {
  const view = useSearch({ from: pages.run });
  const navigate = useNavigate();
  const [state, setState] = useState(() => stateOf(view));
  const rested = useDelayed(state, 300);
  useEffect(() => {
    const search = { ...viewOf(rested), tab: "charts" as const };
    void navigate({ from: pages.run, search, replace: true, resetScroll: false });
  }, [rested, navigate]);
  return [state, (change) => setState((before) => ({ ...before, ...change }))];
}

function stateOf(view: ChartView): ChartState {
  return {
    search: view.keys ?? "",
    look: { x: view.x ?? "step", smoothing: weightOf(view.smooth), log: view.log === "1" },
    range: rangeOf(view as Record<string, unknown>),
    large: view.chart ?? null,
  };
}

function viewOf({ search, look, range, large }: ChartState): ChartView {
  return parseChartView({
    keys: search,
    x: look.x,
    smooth: String(look.smoothing),
    log: look.log ? "1" : "",
    from: range ? String(range.from) : "",
    to: range ? String(range.to) : "",
    chart: large ?? "",
  });
}

function weightOf(given: unknown): number {
  const weight = Number(given ?? 0);
  return weight > 0 && weight < 1 ? weight : 0;
}

function rangeOf(raw: Record<string, unknown>): Range | null {
  if (!raw["from"] || !raw["to"]) return null;
  const range = { from: Number(raw["from"]), to: Number(raw["to"]) };
  return Number.isFinite(range.from) && range.from < range.to ? range : null;
}
