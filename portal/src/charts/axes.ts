/** The axes of charts, in the colours of the theme. */

import type uPlot from "uplot";
import { formatNumber } from "../lib/format";
import type { Look } from "./series";

type Colour = (name: string) => string;

/** Canvases know no style sheet, so the colours are read from an element that does. */
export function coloursOf(element: HTMLElement): Colour {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim() || "gray";
}

export function axesOf(colour: Colour, look: Look): uPlot.Axis[] {
  const line = { stroke: colour("--chart-grid"), width: 1 };
  const axis: uPlot.Axis = { stroke: colour("--colorNeutralForeground3"), grid: line, ticks: line };
  return [
    look.x === "relative" ? { ...axis, size: 34, values: (_, all) => all.map(relative) } : { ...axis, size: 34 },
    { ...axis, size: 64, values: (_, all) => all.map((value) => (value === null ? "" : formatNumber(value))) },
  ];
}

function relative(seconds: number): string {
  if (Math.abs(seconds) < 60) return `${Number(seconds.toFixed(2))} s`;
  const minutes = seconds / 60;
  return minutes < 60 ? `${Number(minutes.toFixed(1))} min` : `${Number((minutes / 60).toFixed(1))} h`;
}
