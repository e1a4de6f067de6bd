import { useEffect, useMemo, useRef } from "react";
import type uPlot from "uplot";
import { formatNumber } from "../lib/format";
import { useTheme } from "../ui/theme";
import { axesOf, coloursOf } from "./axes";
import type { Drawn } from "./drawn";
import { marks } from "./marks";
import type { Look, Range } from "./series";
import { usePlot } from "./usePlot";

/** Charts with the same name show what is pointed at in any of them. */
const TOGETHER = "run";
const MOVES = new Set(["mousemove", "mouseleave"]);
/** Pixels that a drag must have to be one. */
const LEAST = 5;

interface LineChartProps {
  drawn: Drawn;
  look: Look;
  label: string;
  height: number;
  /** What of the x axis is shown; null for all of it. */
  range: Range | null;
  onRange: (range: Range | null) => void;
}

/** One metric over steps or time. Drag to zoom, double click to see all again. */
export function LineChart({ drawn, look, label, height, range, onRange }: LineChartProps) {
  const theme = useTheme();
  const smooth = drawn.smooth !== null;
  const now = useRef({ drawn, range, onRange });
  now.current = { drawn, range, onRange };
  const data = useMemo(() => dataOf(drawn), [drawn]);
  const { box, plot } = usePlot({
    height,
    data,
    shape: `${look.x} ${look.log} ${smooth} ${theme} ${height}`,
    optionsOf: (element) => optionsOf(element, look, smooth, height, now),
  });
  // Setting data looks at the range again.
  useEffect(() => {
    plot.current?.setData(plot.current.data);
  }, [range]);
  return <div className="plot" role="img" aria-label={label} ref={box} />;
}

/** What the plot asks for while it lives, since it outlives what it was made with. */
type Now = { current: Pick<LineChartProps, "drawn" | "range" | "onRange"> };

function dataOf({ x, y, smooth }: Drawn): uPlot.AlignedData {
  return smooth ? [x, y, smooth] : [x, y];
}

function optionsOf(element: HTMLElement, look: Look, smooth: boolean, height: number, now: Now): uPlot.Options {
  const colour = coloursOf(element);
  const line = colour("--chart-line");
  const faint = colour("--chart-faint");
  return {
    width: element.clientWidth || 300,
    height,
    legend: { show: false },
    cursor: {
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          now.current.onRange(null);
          return null;
        },
      },
      sync: {
        key: TOGETHER,
        setSeries: false,
        scales: ["x", null],
        filters: { pub: (type) => MOVES.has(type), sub: (type) => MOVES.has(type) },
      },
    },
    hooks: { setSelect: [(plot) => select(plot, now)] },
    plugins: [readout(now), marks(() => now.current.drawn, colour("--waiting"))],
    scales: {
      x: { time: look.x === "time", range: (_, least, most) => shown(now.current.range, least, most) },
      y: { distr: look.log ? 3 : 1 },
    },
    axes: axesOf(colour, look),
    series: [
      {},
      { stroke: smooth ? faint : line, width: smooth ? 1 : 1.5, points: { size: 4 }, spanGaps: false },
      ...(smooth ? [{ stroke: line, width: 1.75, points: { show: false } }] : []),
    ],
  };
}

function shown(range: Range | null, least: number | null, most: number | null): [number, number] {
  if (range) return [range.from, range.to];
  if (least === null || most === null) return [0, 1];
  return least === most ? [least - 1, most + 1] : [least, most];
}

/** Zooms to what was dragged over. */
function select(plot: uPlot, now: Now): void {
  const { left, width } = plot.select;
  if (width === 0) return;
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  if (width < LEAST) return;
  now.current.onRange({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") });
}

/** The value under the pointer, written in the corner of the plot. */
function readout(now: Now): uPlot.Plugin {
  const text = document.createElement("div");
  text.className = "readout";
  text.setAttribute("aria-hidden", "true");
  return {
    hooks: {
      init: (plot) => plot.over.append(text),
      setCursor: (plot) => {
        const at = plot.cursor.idx;
        text.textContent = at === null || at === undefined ? "" : told(plot, at, now.current.drawn);
      },
    },
  };
}

function told(plot: uPlot, at: number, { words }: Drawn): string {
  const x = plot.data[0][at];
  const numbers = plot.data.slice(1).map((values) => values[at]);
  const shown =
    words[at] ??
    numbers
      .filter((value) => typeof value === "number")
      .map(formatNumber)
      .join(" / ");
  return x === undefined || !shown ? "" : `${formatNumber(x)}: ${shown}`;
}
