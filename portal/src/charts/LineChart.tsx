import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatNumber } from "../lib/format";
import { useTheme } from "../ui/theme";
import { axesOf, coloursOf } from "./axes";
import type { Look, Series } from "./series";

const HEIGHT = 200;

interface LineChartProps {
  series: Series;
  look: Look;
  label: string;
}

/** One metric over steps or time. Drag to zoom, double click to see all again. */
export function LineChart({ series, look, label }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const theme = useTheme();
  const drawn = useRef(series);
  drawn.current = series;
  const shape = `${look.x} ${look.log} ${series.smooth !== null} ${theme}`;

  // Another shape is another plot; data is set below.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(element, look, drawn.current.smooth !== null), dataOf(drawn.current), element);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(dataOf(series));
  }, [series]);

  return <div className="plot" role="img" aria-label={label} ref={box} />;
}

function dataOf({ x, y, smooth }: Series): uPlot.AlignedData {
  return smooth ? [x, y, smooth] : [x, y];
}

function optionsOf(element: HTMLElement, look: Look, smooth: boolean): uPlot.Options {
  const colour = coloursOf(element);
  const line = colour("--chart-line");
  const faint = colour("--chart-faint");
  return {
    width: element.clientWidth || 300,
    height: HEIGHT,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    plugins: [readout()],
    scales: { x: { time: look.x === "time" }, y: { distr: look.log ? 3 : 1 } },
    axes: axesOf(colour, look),
    series: [
      {},
      { stroke: smooth ? faint : line, width: smooth ? 1 : 1.75, points: { size: 4 }, spanGaps: false },
      ...(smooth ? [{ stroke: line, width: 1.75, points: { show: false } }] : []),
    ],
  };
}

/** The value under the pointer, written in the corner of the plot. */
function readout(): uPlot.Plugin {
  const text = document.createElement("div");
  text.className = "readout";
  text.setAttribute("aria-hidden", "true");
  return {
    hooks: {
      init: (plot) => plot.over.append(text),
      setCursor: (plot) => {
        const at = plot.cursor.idx;
        const values = plot.data.slice(1).map((values) => (at === null || at === undefined ? null : values[at]));
        const numbers = values.filter((value) => typeof value === "number");
        const x = at === null || at === undefined ? undefined : plot.data[0][at];
        text.textContent =
          x === undefined || numbers.length === 0 ? "" : `${formatNumber(x)}: ${numbers.map(formatNumber).join(" / ")}`;
      },
    },
  };
}
