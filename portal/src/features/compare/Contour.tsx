import { useId, useMemo } from "react";
import { shade } from "../../charts/shade";
import { BANDS, type Surface, surfaceOf } from "../../charts/surface";
import { formatNumber } from "../../lib/format";
import { texts } from "../../lib/texts";
import type { KeyColumn } from "../runs/view";
import type { Compared } from "./compared";
import { FieldSelect } from "./FieldSelect";
import { fieldOr, fieldsOf, loggedOf, telling } from "./fields";
import { placed } from "./placed";
import { ScatterPlot } from "./ScatterPlot";
import type { Shown } from "./shown";
import type { CompareView } from "./view";

interface ContourProps extends Shown {
  view: CompareView;
  onView: (view: Partial<CompareView>) => void;
}

/** A metric over two params or metrics: what it is between the runs is guessed from its neighbours. */
export function Contour({ runs, hidden, view, onView, ...pointing }: ContourProps) {
  const fields = useMemo(() => fieldsOf(runs), [runs]);
  const first = useMemo(() => telling(runs, fields), [runs, fields]);
  const shown = useMemo(() => runs.filter((one) => !hidden.has(one.id)), [runs, hidden]);
  const metrics = fields.filter((one) => one.kind === "metrics");
  const z = fieldOr(view.z, metrics, metrics[0]);
  const x = fieldOr(view.x, fields, first[0]);
  const y = fieldOr(view.y, fields, first.find((one) => one.id !== x?.id && one.id !== z?.id) ?? first[0]);
  const terrain = useMemo(() => x && y && z && terrainOf(shown, x, y, z), [shown, x?.id, y?.id, z?.id]);
  const clip = useId();
  if (!x || !y || !z || !terrain) return <p className="soft">{texts.noFields}</p>;
  const { low, high, surface } = terrain;
  return (
    <>
      <div className="tools chart-tools">
        <FieldSelect label={texts.xAxis} fields={fields} chosen={x} onChosen={(id) => onView({ x: id })} />
        <FieldSelect label={texts.yAxis} fields={fields} chosen={y} onChosen={(id) => onView({ y: id })} />
        <FieldSelect label={texts.comparing.height} fields={metrics} chosen={z} onChosen={(id) => onView({ z: id })} />
      </div>
      {surface ? <Ramp low={low} high={high} of={z.key} /> : <p className="soft">{texts.comparing.noSurface}</p>}
      <ScatterPlot
        runs={shown}
        x={x}
        y={y}
        z={z}
        {...pointing}
        under={surface ? (place) => <Bands surface={surface} place={place} clip={clip} /> : undefined}
      />
    </>
  );
}

interface Terrain {
  low: number;
  high: number;
  surface: Surface | null;
}

function terrainOf(runs: Compared[], x: KeyColumn, y: KeyColumn, z: KeyColumn): Terrain {
  const found = placed(runs, x, y).points.flatMap(({ one, at }) => {
    const height = loggedOf(one.run, z);
    return typeof height === "number" ? [{ ...at, height }] : [];
  });
  const heights = found.map(({ height }) => height);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const points = found.map(({ x, y, height }) => ({ x, y, z: high > low ? (height - low) / (high - low) : 0 }));
  return { low, high, surface: surfaceOf(points) };
}

interface BandsProps {
  surface: Surface;
  place: (x: number, y: number) => [number, number];
  clip: string;
}

function Bands({ surface, place, clip }: BandsProps) {
  const ring = (corners: [number, number][]) => `M${corners.map(([x, y]) => place(x, y).join(" ")).join("L")}Z`;
  return (
    <g className="bands">
      <clipPath id={clip}>
        <path d={ring(surface.hull)} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        {surface.bands.map(({ at, rings }) => (
          <path key={at} d={rings.map(ring).join("")} fill={shade(at + 0.5 / BANDS)} />
        ))}
      </g>
    </g>
  );
}

/** Which colour is how high. */
function Ramp({ low, high, of }: { low: number; high: number; of: string }) {
  return (
    <p className="ramp">
      <span className="cut">{of}</span>
      <span>{formatNumber(low)}</span>
      <svg width={BANDS * 16} height="12" aria-hidden="true">
        {Array.from({ length: BANDS }, (_, band) => (
          <rect
            key={shade((band + 0.5) / BANDS)}
            x={band * 16}
            width="16"
            height="12"
            fill={shade((band + 0.5) / BANDS)}
          />
        ))}
      </svg>
      <span>{formatNumber(high)}</span>
    </p>
  );
}
