import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { scaleOf } from "../../charts/scale";
import { short } from "../../charts/short";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { useWidth } from "../../ui/useWidth";
import type { KeyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { loggedOf, written } from "./fields";

const HEIGHT = 420;
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 16, 12, 52];
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

interface ScatterPlotProps {
  runs: Compared[];
  x: KeyColumn;
  y: KeyColumn;
  pointed: string | null;
}

/** One stop of the Tab key; the arrow keys go from point to point, from left to right. A click opens the run. */
export function ScatterPlot({ runs, x, y, pointed }: ScatterPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const navigate = useNavigate();
  const [told, setTold] = useState<string | null>(null);
  const [stop, setStop] = useState<string | null>(null);
  const { across, up, points } = useMemo(() => placed(runs, x, y), [runs, x, y]);
  const left = (at: number) => LEFT + at * Math.max(0, width - LEFT - RIGHT);
  const top = (at: number) => HEIGHT - BOTTOM - at * (HEIGHT - TOP - BOTTOM);
  const shown = points.find((point) => point.one.id === (told ?? pointed));
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
        <span className="cut">{shown ? shown.label : texts.pointHint}</span>
        {points.length < runs.length && <span className="soft">{texts.noPlace(runs.length - points.length)}</span>}
      </figcaption>
      <div ref={box}>
        <svg className="drawing" height={HEIGHT} aria-label={`${x.key}, ${y.key}`} role="group">
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
          {points.map(({ one, at, label }, index) => (
            <circle
              key={one.id}
              role="link"
              tabIndex={one.id === entry ? 0 : -1}
              aria-label={label}
              cx={left(at.x)}
              cy={top(at.y)}
              r={one.id === shown?.one.id ? 8 : 5.5}
              fill={one.colour}
              onPointerEnter={() => setTold(one.id)}
              onPointerLeave={() => setTold(null)}
              onFocus={() => [setTold(one.id), setStop(one.id)]}
              onBlur={() => setTold(null)}
              onClick={() => open(one)}
              onKeyDown={(event) => press(event, index)}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function placed(runs: Compared[], x: KeyColumn, y: KeyColumn) {
  const values = runs.map((one) => ({ one, x: loggedOf(one.run, x), y: loggedOf(one.run, y) }));
  const across = scaleOf(values.map((value) => value.x));
  const up = scaleOf(values.map((value) => value.y));
  const points = values.flatMap(({ one, x: right, y: high }) => {
    const at = { x: across.place(right), y: up.place(high) };
    if (at.x === null || at.y === null) return [];
    const label = texts.pointAt(one.name, `${x.key} ${written(right)}`, `${y.key} ${written(high)}`);
    return [{ one, at: { x: at.x, y: at.y }, label }];
  });
  return { across, up, points: points.sort((one, other) => one.at.x - other.at.x) };
}
