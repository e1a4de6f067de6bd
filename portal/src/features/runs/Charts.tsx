import { useMemo, useRef, useState } from "react";
import type { Run } from "../../api/mlflow";
import type { Look } from "../../charts/series";
import { texts } from "../../lib/texts";
import { useWidth } from "../../ui/useWidth";
import { ChartList } from "./ChartList";
import { ChartTools } from "./ChartTools";
import { useChartState } from "./chartView";
import { groupsOf } from "./groups";
import { LargeChart } from "./LargeChart";
import { usePins } from "./pins";
import { ZoomTools } from "./ZoomTools";
import { Extent } from "./zoom";

/** A chart for each metric, grouped by what stands before the first slash of its key. */
export function Charts({ run }: { run: Run }) {
  const [{ search, look, range, large }, change] = useChartState();
  const [pins, togglePin] = usePins(run.info.experiment_id);
  const [extent] = useState(() => new Extent());
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const metrics = run.data.metrics;
  const groups = useMemo(() => groupsOf(metrics ?? [], search, pins), [metrics, search, pins]);
  const enlarged = metrics?.find((one) => one.key === large);
  const setLook = (to: Look) => {
    // A part of one axis is no part of another.
    change({ look: to, ...(to.x !== look.x && { range: null }) });
  };
  const shown = { runId: run.info.run_id, look, range, pins, extent };
  const actions = {
    onRange: (to: typeof range) => change({ range: to }),
    onPin: togglePin,
    onEnlarge: (key: string) => change({ large: key }),
  };
  return (
    <>
      <div className="tools chart-tools">
        <ChartTools search={search} onSearch={(to) => change({ search: to })} look={look} onLook={setLook} />
        <ZoomTools range={range} extent={extent} onRange={actions.onRange} />
      </div>
      {groups.length === 0 && <p className="soft">{search ? texts.noKeys : texts.noMetrics}</p>}
      <div ref={box}>{width > 0 && <ChartList groups={groups} width={width} shown={shown} actions={actions} />}</div>
      {enlarged && (
        <LargeChart latest={enlarged} shown={shown} actions={actions} onClose={() => change({ large: null })} />
      )}
    </>
  );
}
