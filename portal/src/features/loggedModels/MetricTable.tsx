import type { LoggedMetric } from "../../api/loggedModels";
import { formatNumber } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import { texts } from "../../lib/texts";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { RunIdLink } from "../models/links";

const heads = [texts.key, texts.value, texts.step, texts.models.dataset, texts.run];

/** What a model was measured by: each metric once for every dataset. */
export function MetricTable({ metrics }: { metrics: LoggedMetric[] }) {
  const sorted = [...metrics].sort((one, other) => identity(one).localeCompare(identity(other)));
  return (
    <section className="key-table">
      <h2>
        {texts.metrics} <span className="soft">{metrics.length}</span>
      </h2>
      {metrics.length === 0 && <p className="soft">{texts.noMetrics}</p>}
      {metrics.length > 0 && (
        <Scroll label={texts.metrics}>
          <table className="table">
            <TableHead heads={heads} />
            <tbody>
              {sorted.map((one) => (
                <tr key={`${identity(one)} ${one.run_id} ${one.step} ${one.timestamp}`}>
                  <th scope="row">{one.key}</th>
                  <td className="time">{formatNumber(fromWire(one.value))}</td>
                  <td className="time">{one.step}</td>
                  <td className="name">
                    {one.dataset_name ? `${one.dataset_name} (${one.dataset_digest ?? ""})` : texts.nothing}
                  </td>
                  <td>
                    <RunIdLink runId={one.run_id} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function identity(metric: LoggedMetric): string {
  return `${metric.key} ${metric.dataset_name ?? ""} ${metric.dataset_digest ?? ""}`;
}
