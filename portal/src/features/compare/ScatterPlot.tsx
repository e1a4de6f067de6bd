import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { short } from "../../charts/short";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { useWidth } from "../../ui/useWidth";
import type { KeyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { loggedOf, written } from "./fields";
import { placed } from "./placed";

const HEIGHT = 420;
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 16, 12, 52];
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

interface ScatterPlotProps {
  runs: Compared[];
  x: KeyColumn;
  y: KeyColumn;
  /** A third, which is told along with the others. */
  z?: KeyColumn;
  pointed: string | null;
  onPoint: (id: string | null) => void;
  /** What lies under the points; `place` tells where a point from 0 to 1 is drawn. */
  under?: (place: (x: number, y: number) => [number, number]) => ReactNode;
}

/** One stop of the Tab key; the arrow keys go from point to point, from left to right. A click opens the run. */
export function ScatterPlot({ runs, x, y, z, pointed, onPoint, under }: ScatterPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const navigate = useNavigate();
  const [stop, setStop] = useState<string | null>(null);
  const { across, up, points } = useMemo(() => placed(runs, x, y), [runs, x, y]);
  const left = (at: number) => LEFT + at * Math.max(0, width - LEFT - RIGHT);
  const top = (at: number) => HEIGHT - BOTTOM - at * (HEIGHT - TOP - BOTTOM);
  const shown = points.find((point) => point.one.id === pointed);
  const entry = points.some((point) => point.one.id === stop) ? stop : points[0]?.one.id;
  const open = ({ id, run }: Compared) =>
    void navigate({ to: pages.run, params: { experimentId: run.info.experiment_id, runId: id } });
  const press = (event: KeyboardEvent<SVGElement>, index: number) => {
    const point = points[index];
    const step = STEPS[event.key];
    if (event.key === "Enter" && point) open(point.one);
    if (step === undefined) return;
    event.preventDefault();
    const next = (index + step + points.length) % points.length;
    event.currentTarget.parentElement?.querySelectorAll<SVGElement>("circle")[next]?.focus();
  };
  return (
    <figure className="chart">
      <figcaption>
        <span className="cut">{shown ? labelOf(shown.one, x, y, z) : texts.pointHint}</span>
        {points.length < runs.length && <span className="soft">{texts.noPlace(runs.length - points.length)}</span>}
      </figcaption>
      <div ref={box}>
        <svg className="drawing" height={HEIGHT} aria-label={`${x.key}, ${y.key}`} role="group">
          {width > 0 && under?.((right, high) => [left(right), top(high)])}
          {across.ticks.map(({ at, text }) => (
            <g key={at}>
              <line x1={left(at)} x2={left(at)} y1={top(0)} y2={top(1)} />
              <text x={left(at)} y={HEIGHT - BOTTOM + 18} textAnchor="middle">
                {short(text, 12)}
              </text>
            </g>
          ))}
          {up.ticks.map(({ at, text }) => (
            <g key={at}>
              <line x1={left(0)} x2={left(1)} y1={top(at)} y2={top(at)} />
              <text x={LEFT - 8} y={top(at) + 4} textAnchor="end">
                {short(text, 10)}
              </text>
            </g>
          ))}
          <text className="axis" x={left(0.5)} y={HEIGHT - 10} textAnchor="middle">
            {short(x.key, 40)}
          </text>
          <text className="axis" transform={`translate(12 ${top(0.5)}) rotate(-90)`} textAnchor="middle">
            {short(y.key, 40)}
          </text>
          {points.map(({ one, at }, index) => (
            <circle
              key={one.id}
              role="link"
              tabIndex={one.id === entry ? 0 : -1}
              aria-label={labelOf(one, x, y, z)}
              cx={left(at.x)}
              cy={top(at.y)}
              r={one.id === shown?.one.id ? 8 : 5.5}
              fill={one.colour}
              onPointerEnter={() => onPoint(one.id)}
              onPointerLeave={() => onPoint(null)}
              onFocus={() => [onPoint(one.id), setStop(one.id)]}
              onBlur={() => onPoint(null)}
              onClick={() => open(one)}
              onKeyDown={(event) => press(event, index)}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function labelOf(one: Compared, x: KeyColumn, y: KeyColumn, z?: KeyColumn): string {
  const told = (field: KeyColumn) => `${field.key} ${written(loggedOf(one.run, field))}`;
  const label = texts.pointAt(one.name, told(x), told(y));
  return z ? `${label}, ${told(z)}` : label;
}
