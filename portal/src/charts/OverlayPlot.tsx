import { useEffect, useMemo } from "react";
import type uPlot from "uplot";
import { formatNumber } from "../lib/format";
import { useTheme } from "../ui/theme";
import { align, type Line, nearest } from "./align";
import { axesOf, coloursOf } from "./axes";
import type { Look } from "./series";
import { usePlot } from "./usePlot";

const HEIGHT = 240;
/** Pixels within which a line is the one pointed at. */
const NEAR = 40;

interface OverlayPlotProps {
  lines: Line[];
  look: Look;
  label: string;
  /** The line that stands out. */
  pointed: string | null;
  onPoint: (id: string | null) => void;
}

/** One metric of many runs. Drag to zoom, double click to see all again. */
export function OverlayPlot({ lines, look, label, pointed, onPoint }: OverlayPlotProps) {
  const theme = useTheme();
  const { box, plot } = usePlot({
    height: HEIGHT,
    data: useMemo(() => align(lines), [lines]),
    shape: `${look.x} ${look.log} ${theme} ${lines.map((line) => line.id).join(" ")}`,
    optionsOf: (element) => optionsOf(element, look, lines, onPoint),
  });

  useEffect(() => {
    // The plot under the pointer knows by itself, and sooner.
    if (plot.current && isUnderPointer(plot.current)) return;
    const index = lines.findIndex((line) => line.id === pointed);
    // uPlot takes null for none, which its types do not know.
    plot.current?.setSeries((index < 0 ? null : index + 1) as number, { focus: true });
  }, [pointed]);

  return <div className="plot overlay" role="img" aria-label={label} ref={box} />;
}

function optionsOf(
  element: HTMLElement,
  look: Look,
  lines: Line[],
  onPoint: (id: string | null) => void,
): uPlot.Options {
  const colour = coloursOf(element);
  return {
    width: element.clientWidth || 300,
    height: HEIGHT,
    legend: { show: false },
    focus: { alpha: 0.2 },
    cursor: {
      points: { size: 6, one: true },
      sync: { key: "compared", setSeries: false, scales: ["x", null] },
      drag: { x: true, y: false },
      focus: { prox: NEAR },
      dataIdx: (plot, index, at) => (index === 0 ? at : nearest(plot.data[index] ?? [], at)),
    },
    plugins: [namer(lines), teller(lines, onPoint)],
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

/** Tells which line is pointed at in this plot, and that none is any more. */
function teller(lines: Line[], onPoint: (id: string | null) => void): uPlot.Plugin {
  let told: string | null = null;
  const tell = (id: string | null) => {
    if (id === told) return;
    told = id;
    onPoint(id);
  };
  return {
    hooks: {
      setSeries: (plot, index) => isUnderPointer(plot) && tell(lines[(index ?? 0) - 1]?.id ?? null),
      init: (plot) => plot.over.addEventListener("pointerleave", () => tell(null)),
    },
  };
}

function isUnderPointer(plot: uPlot): boolean {
  return plot.over.matches(":hover");
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
