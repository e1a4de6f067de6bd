import { memo, useEffect, useMemo, useRef } from "react";
import type { Chart } from "../../api/lazward";
import type { Metric } from "../../api/mlflow";
import { drawnOf, type OddCount, oddOf } from "../../charts/drawn";
import { LineChart } from "../../charts/LineChart";
import type { Look, Range } from "../../charts/series";
import { formatNumber } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { ChartButtons } from "./ChartButtons";
import { useChart } from "./queries";
import type { Extent } from "./zoom";

const LISTED = 5;
const HEIGHT = 200;

/** What all charts of a page have in common. */
export interface Shown {
  runId: string;
  look: Look;
  range: Range | null;
  pins: ReadonlySet<string>;
  extent: Extent;
}

export interface ChartActions {
  onRange: (range: Range | null) => void;
  onPin: (key: string) => void;
  onEnlarge: (key: string) => void;
}

export interface MetricChartProps {
  latest: Metric;
  shown: Shown;
  actions: ChartActions;
  height?: number;
  /** Whether it is the one that fills the window. */
  large?: boolean;
}

/** A metric of a run, with its history. */
export const MetricChart = memo(function MetricChart(props: MetricChartProps) {
  const { latest, shown, actions, height = HEIGHT, large = false } = props;
  const { runId, look, range, pins, extent } = shown;
  const box = useRef<HTMLElement>(null);
  const { chart, error } = useChart(runId, latest, look, range);
  const drawn = useMemo(() => chart && drawnOf(chart, look), [chart, look]);
  useEffect(() => {
    // A part would hide how far the whole goes.
    if (drawn && !range) extent.tell(box, drawn.x);
  }, [drawn, range, extent]);
  useEffect(() => () => extent.forget(box), [extent]);
  return (
    <figure className="chart" ref={box}>
      <figcaption>
        <span className="cut" title={latest.key}>
          {latest.key}
        </span>
        <strong>{formatNumber(fromWire(latest.value))}</strong>
        <ChartButtons
          runId={runId}
          metricKey={latest.key}
          pinned={pins.has(latest.key)}
          onPin={actions.onPin}
          onEnlarge={large ? undefined : actions.onEnlarge}
          canvas={() => box.current?.querySelector("canvas") ?? null}
        />
      </figcaption>
      <Failure error={error} />
      {chart && drawn && drawn.x.length > 0 ? (
        <LineChart
          drawn={drawn}
          look={look}
          label={labelOf(latest, chart)}
          height={height}
          range={range}
          onRange={actions.onRange}
        />
      ) : (
        <div className="plot soft" style={{ minHeight: height }}>
          {chart && (range ? texts.runPage.notLogged : texts.noPoints)}
        </div>
      )}
      {chart && oddOf(chart).length > 0 && <OddList found={oddOf(chart)} />}
    </figure>
  );
});

function OddList({ found }: { found: OddCount[] }) {
  const told = found.map(({ word, count, steps }) => {
    const rest = count > Math.min(steps.length, LISTED) ? `, ${texts.runPage.oddRest}` : "";
    return texts.runPage.odd(word, count, steps.slice(0, LISTED).join(", ") + rest);
  });
  return <p className="non-finite">{told.join("; ")}</p>;
}

function labelOf(latest: Metric, { values = [] }: Chart): string {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [lowest, highest] = [Math.min(lowest, value), Math.max(highest, value)];
  const last = formatNumber(fromWire(latest.value));
  return texts.chartOf(latest.key, last, formatNumber(lowest), formatNumber(highest));
}
