import { useMemo } from "react";
import type uPlot from "uplot";
import { formatNumber } from "../lib/format";
import { useTheme } from "../ui/theme";
import { axesOf, coloursOf } from "./axes";
import type { Look, Series } from "./series";
import { usePlot } from "./usePlot";

const HEIGHT = 200;

interface LineChartProps {
  series: Series;
  look: Look;
  label: string;
}

/** One metric over steps or time. Drag to zoom, double click to see all again. */
export function LineChart({ series, look, label }: LineChartProps) {
  const theme = useTheme();
  const smooth = series.smooth !== null;
  const { box } = usePlot({
    height: HEIGHT,
    data: useMemo(() => dataOf(series), [series]),
    shape: `${look.x} ${look.log} ${smooth} ${theme}`,
    optionsOf: (element) => optionsOf(element, look, smooth),
  });
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
