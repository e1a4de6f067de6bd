import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatNumber } from "../lib/format";
import { useTheme } from "../ui/theme";
import { align, type Line, nearest } from "./align";
import { axesOf, coloursOf } from "./axes";
import type { Look } from "./series";

const HEIGHT = 240;
/** Pixels within which a line is the one pointed at. */
const NEAR = 40;

interface OverlayPlotProps {
  lines: Line[];
  look: Look;
  label: string;
  /** The line that stands out. */
  pointed: string | null;
}

/** One metric of many runs. Drag to zoom, double click to see all again. */
export function OverlayPlot({ lines, look, label, pointed }: OverlayPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const theme = useTheme();
  const data = useMemo(() => align(lines), [lines]);
  const drawn = useRef({ lines, data });
  drawn.current = { lines, data };
  const shape = `${look.x} ${look.log} ${theme} ${lines.map((line) => line.id).join(" ")}`;

  // Another shape is another plot; data is set below.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsOf(element, look, drawn.current.lines), drawn.current.data, element);
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
    plot.current?.setData(data);
  }, [data]);

  useEffect(() => {
    const index = drawn.current.lines.findIndex((line) => line.id === pointed);
    // uPlot takes null for none, which its types do not know.
    plot.current?.setSeries((index < 0 ? null : index + 1) as number, { focus: true });
  }, [pointed]);

  return <div className="plot overlay" role="img" aria-label={label} ref={box} />;
}

function optionsOf(element: HTMLElement, look: Look, lines: Line[]): uPlot.Options {
  const colour = coloursOf(element);
  return {
    width: element.clientWidth || 300,
    height: HEIGHT,
    legend: { show: false },
    focus: { alpha: 0.2 },
    cursor: {
      points: { size: 6, one: true },
      drag: { x: true, y: false },
      focus: { prox: NEAR },
      dataIdx: (plot, index, at) => (index === 0 ? at : nearest(plot.data[index] ?? [], at)),
    },
    plugins: [namer(lines)],
    scales: { x: { time: look.x === "time" }, y: { distr: look.log ? 3 : 1 } },
    axes: axesOf(colour, look),
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const size = line.x.length === 1 ? 7 : 4; // a lone point is all there is to see
        return { stroke: line.colour, dash: line.dash, width: 1.75, points: { size }, spanGaps: false };
      }),
    ],
  };
}

/** The name and value of the line pointed at, written in the corner of the plot. */
function namer(lines: Line[]): uPlot.Plugin {
  const text = document.createElement("div");
  text.className = "readout";
  text.setAttribute("aria-hidden", "true");
  const tell = (plot: uPlot) => {
    const index = plot.series.findIndex((one, at) => at > 0 && (one as { _focus?: boolean | null })._focus);
    const at = plot.cursor.idxs?.[index];
    const x = typeof at === "number" ? plot.data[0][at] : undefined;
    const value = typeof at === "number" ? plot.data[index]?.[at] : undefined;
    const name = lines[index - 1]?.name ?? "";
    text.textContent =
      typeof x === "number" && typeof value === "number"
        ? `${name} · ${formatNumber(x)}: ${formatNumber(value)}`
        : name;
  };
  return { hooks: { init: (plot) => plot.over.append(text), setSeries: tell, setCursor: tell } };
}
