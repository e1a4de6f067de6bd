import { useMemo, useRef } from "react";
import type { Metric } from "../../api/mlflow";
import { LineChart } from "../../charts/LineChart";
import { type Look, type NonFinite, nonFiniteOf, seriesOf } from "../../charts/series";
import { formatNumber } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { useSeen } from "../../ui/useSeen";
import { useHistory } from "./queries";

const LISTED = 10;

interface MetricChartProps {
  runId: string;
  latest: Metric;
  look: Look;
}

/** A metric of a run; its history is asked for once the chart comes into sight. */
export function MetricChart({ runId, latest, look }: MetricChartProps) {
  const box = useRef<HTMLElement>(null);
  const seen = useSeen(box);
  const { data: points, error } = useHistory(runId, latest, seen);
  const series = useMemo(() => points && seriesOf(points, look), [points, look]);
  const nonFinite = useMemo(() => nonFiniteOf(points ?? []), [points]);
  return (
    <figure className="chart" ref={box}>
      <figcaption>
        <span className="cut" title={latest.key}>
          {latest.key}
        </span>
        <strong>{formatNumber(fromWire(latest.value))}</strong>
      </figcaption>
      <Failure error={error} />
      {series && series.x.length > 0 ? (
        <LineChart series={series} look={look} label={labelOf(latest, points ?? [])} />
      ) : (
        <div className="plot soft">{points && texts.noPoints}</div>
      )}
      {nonFinite.length > 0 && <NonFiniteList found={nonFinite} />}
    </figure>
  );
}

function NonFiniteList({ found }: { found: NonFinite[] }) {
  return (
    <p className="non-finite">
      {texts.nonFinite}{" "}
      {found
        .map(({ value, steps }) => {
          const listed = steps.slice(0, LISTED).join(", ");
          const rest = steps.length > LISTED ? ` ${texts.andMore(steps.length - LISTED)}` : "";
          return texts.atStep(value, listed + rest);
        })
        .join("; ")}
    </p>
  );
}

function labelOf(latest: Metric, points: Metric[]): string {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    const value = fromWire(point.value);
    if (!Number.isFinite(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const last = formatNumber(fromWire(latest.value));
  return texts.chartOf(latest.key, last, formatNumber(lowest), formatNumber(highest));
}
