import { useMemo, useRef } from "react";
import type { Line } from "../../charts/align";
import { OverlayPlot } from "../../charts/OverlayPlot";
import { type Look, nonFiniteOf, seriesOf } from "../../charts/series";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { useSeen } from "../../ui/useSeen";
import type { Compared } from "./compared";
import { type Latest, useHistories } from "./queries";
import type { Shown } from "./shown";

/** Names below a chart, at most. */
const NAMED = 5;

interface OverlayChartProps extends Shown {
  metric: string;
  look: Look;
}

/** A metric of all runs that logged it; their histories are asked for once the chart comes into sight. */
export function OverlayChart({ metric, runs, hidden, look, ...pointing }: OverlayChartProps) {
  const box = useRef<HTMLElement>(null);
  const seen = useSeen(box);
  const latest = useMemo(() => latestOf(runs, metric), [runs, metric]);
  const { data: histories, error } = useHistories(metric, latest, seen);
  const shown = useMemo(
    () => runs.filter((one) => !hidden.has(one.id) && histories?.has(one.id)),
    [runs, hidden, histories],
  );
  const lines = useMemo(
    () =>
      shown.map(({ id, name, colour, dash }): Line => {
        const { x, y, smooth } = seriesOf(histories?.get(id) ?? [], look);
        return { id, name, colour, dash, x, y: smooth ?? y };
      }),
    [shown, histories, look],
  );
  const odd = useMemo(
    () => shown.filter(({ id }) => nonFiniteOf(histories?.get(id) ?? []).length > 0).map((one) => one.name),
    [shown, histories],
  );
  return (
    <figure className="chart" ref={box}>
      <figcaption>
        <span className="cut" title={metric}>
          {metric}
        </span>
      </figcaption>
      <Failure error={error} />
      {lines.length > 0 ? (
        <OverlayPlot lines={lines} look={look} label={texts.overlayOf(metric, lines.length)} {...pointing} />
      ) : (
        <div className="plot overlay soft">{histories && (histories.size > 0 ? texts.allHidden : texts.noPoints)}</div>
      )}
      {odd.length > 0 && <p className="non-finite">{texts.nonFiniteIn(listed(odd))}</p>}
    </figure>
  );
}

function latestOf(runs: Compared[], key: string): Latest[] {
  return runs.flatMap(({ id, run }) => {
    const metric = run.data.metrics?.find((one) => one.key === key);
    return metric ? [{ runId: id, metric }] : [];
  });
}

function listed(names: string[]): string {
  const rest = names.length > NAMED ? ` ${texts.andMore(names.length - NAMED)}` : "";
  return names.slice(0, NAMED).join(", ") + rest;
}
