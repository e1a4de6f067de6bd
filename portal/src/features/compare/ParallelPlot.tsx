import { useMemo, useRef } from "react";
import { scaleOf } from "../../charts/scale";
import { shade } from "../../charts/shade";
import { short } from "../../charts/short";
import { texts } from "../../lib/texts";
import { Scroll } from "../../ui/Scroll";
import { useWidth } from "../../ui/useWidth";
import type { KeyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { loggedOf, written } from "./fields";

const HEIGHT = 420;
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 110, 44, 20];
/** Between axes at least. */
const BETWEEN = 150;

interface ParallelPlotProps {
  runs: Compared[];
  axes: KeyColumn[];
  pointed: string | null;
  onPoint: (id: string | null) => void;
}

/** Lines over all axes; where there are too many for the page, it is scrolled sideways. */
export function ParallelPlot({ runs, axes, pointed, onPoint }: ParallelPlotProps) {
  const { scales, lines, last } = useMemo(() => placed(runs, axes), [runs, axes]);
  const shown = lines.find(({ one }) => one.id === pointed);
  const box = useRef<HTMLDivElement>(null);
  const gaps = Math.max(1, axes.length - 1);
  const between = Math.max(BETWEEN, (useWidth(box) - LEFT - RIGHT) / gaps);
  const left = (index: number) => LEFT + index * between;
  const top = (at: number) => HEIGHT - BOTTOM - at * (HEIGHT - TOP - BOTTOM);
  const label = texts.parallelOf(runs.length, axes.map((one) => one.key).join(", "));
  return (
    <figure className="chart">
      <figcaption>
        <span className="cut">{shown ? shown.label : last && texts.colouredBy(last.key)}</span>
      </figcaption>
      <div ref={box} />
      <Scroll label={texts.parallel}>
        <svg className="drawing" width={left(axes.length - 1) + RIGHT} height={HEIGHT} role="img" aria-label={label}>
          {lines.map(({ one, at, colour, label }) => (
            <path
              key={one.id}
              className="run-line"
              d={pathOf(at.map((up, index) => (up === null ? null : [left(index), top(up)])))}
              stroke={colour}
              strokeWidth={one === shown?.one ? 4 : 1.75}
              opacity={shown && one !== shown.one ? 0.25 : 0.9}
              onPointerEnter={() => onPoint(one.id)}
              onPointerLeave={() => onPoint(null)}
            >
              <title>{label}</title>
            </path>
          ))}
          {axes.map(({ id, key }, index) => (
            <g key={id} transform={`translate(${left(index)} 0)`}>
              <line className="rule" y1={top(0)} y2={top(1)} />
              <text className="axis" y={TOP - 20} textAnchor="middle">
                {short(key, 19)}
                <title>{key}</title>
              </text>
              {scales[index]?.ticks.map(({ at, text }) => (
                <text key={at} x={6} y={top(at) + 4}>
                  {short(text, 14)}
                </text>
              ))}
            </g>
          ))}
        </svg>
      </Scroll>
    </figure>
  );
}

function placed(runs: Compared[], axes: KeyColumn[]) {
  const scales = axes.map((axis) => scaleOf(runs.map(({ run }) => loggedOf(run, axis))));
  const last = axes.findLast((axis) => axis.kind === "metrics");
  const lines = runs.map((one) => {
    const values = axes.map((axis) => loggedOf(one.run, axis));
    const at = values.map((value, index) => scales[index]?.place(value) ?? null);
    const told = axes.map(
      ({ key }, index) => `${key} ${values[index] === null ? texts.nothing : written(values[index] ?? null)}`,
    );
    return {
      one,
      at,
      colour: shade(last ? (at[axes.indexOf(last)] ?? null) : null),
      label: `${one.name}: ${told.join(", ")}`,
    };
  });
  return { scales, lines, last };
}

/** A line that is broken where there is no value. */
function pathOf(points: ([number, number] | null)[]): string {
  return points.map((point, index) => (point ? `${points[index - 1] ? "L" : "M"}${point.join(" ")}` : "")).join("");
}
