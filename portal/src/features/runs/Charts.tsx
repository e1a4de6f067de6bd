import { Button } from "@fluentui/react-components";
import { useMemo, useState } from "react";
import type { Look } from "../../charts/series";
import type { Metric, Run } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { ChartTools } from "./ChartTools";
import { MetricChart } from "./MetricChart";

const AT_ONCE = 24;

/** A chart for each metric, grouped by what stands before the first slash of its key. */
export function Charts({ run }: { run: Run }) {
  const [search, setSearch] = useState("");
  const [look, setLook] = useState<Look>({ x: "step", smoothing: 0, log: false });
  const groups = useMemo(() => grouped(run.data.metrics ?? [], search), [run.data.metrics, search]);
  return (
    <>
      <ChartTools search={search} onSearch={setSearch} look={look} onLook={setLook} />
      {groups.length === 0 && <p className="soft">{search ? texts.noKeys : texts.noMetrics}</p>}
      {groups.map(([name, metrics], index) => (
        <Group
          key={name}
          title={name || texts.ungrouped}
          plain={groups.length === 1}
          open={index < 3}
          runId={run.info.run_id}
          metrics={metrics}
          look={look}
        />
      ))}
    </>
  );
}

interface GroupProps {
  title: string;
  plain: boolean;
  open: boolean;
  runId: string;
  metrics: Metric[];
  look: Look;
}

function Group({ title, plain, open, runId, metrics, look }: GroupProps) {
  const [most, setMost] = useState(AT_ONCE);
  const [shown, setShown] = useState(open);
  const charts = (
    <>
      <div className="charts">
        {metrics.slice(0, most).map((latest) => (
          <MetricChart key={latest.key} runId={runId} latest={latest} look={look} />
        ))}
      </div>
      {metrics.length > most && <Button onClick={() => setMost(most + AT_ONCE)}>{texts.more}</Button>}
    </>
  );
  if (plain) return charts;
  return (
    <details className="group" open={shown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        <h2>
          {title} <span className="soft">{metrics.length}</span>
        </h2>
      </summary>
      {shown && charts}
    </details>
  );
}

function grouped(metrics: Metric[], search: string): [string, Metric[]][] {
  const wanted = search.toLowerCase();
  const groups = new Map<string, Metric[]>();
  for (const metric of metrics) {
    if (!metric.key.toLowerCase().includes(wanted)) continue;
    const slash = metric.key.indexOf("/");
    const name = slash > 0 ? metric.key.slice(0, slash) : "";
    const group = groups.get(name);
    if (group) group.push(metric);
    else groups.set(name, [metric]);
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other));
}
