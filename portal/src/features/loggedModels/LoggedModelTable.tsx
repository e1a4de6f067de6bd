import { Link } from "@tanstack/react-router";
import type { LoggedMetric, LoggedModel } from "../../api/loggedModels";
import { formatNumber, formatTime } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { RunIdLink } from "../models/links";
import { toneOf, wordOf } from "../models/status";
import { textOf } from "../runs/run";

/** Metrics and params that have a column of their own; the page of a model has all. */
const METRICS = 6;
const PARAMS = 4;

/** Logged models, with what the most of them were measured by and made with. */
export function LoggedModelTable({ models }: { models: LoggedModel[] }) {
  const metrics = commonest(models.flatMap(({ data }) => keysOf(data.metrics))).slice(0, METRICS);
  const params = commonest(models.flatMap(({ data }) => keysOf(data.params))).slice(0, PARAMS);
  const heads = [
    texts.name,
    texts.status,
    texts.models.type,
    texts.models.sourceRun,
    ...metrics.map((key) => texts.fieldOf(key, texts.metrics)),
    ...params.map((key) => texts.fieldOf(key, texts.params)),
    texts.created,
  ];
  return (
    <Scroll label={texts.models.logged}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {models.map((model) => (
            <Row key={model.info.model_id} model={model} metrics={metrics} params={params} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Row({ model: { info, data }, metrics, params }: { model: LoggedModel; metrics: string[]; params: string[] }) {
  return (
    <tr>
      <td className="name">
        <Link
          className="link clamp"
          title={info.name}
          to={pages.loggedModel}
          params={{ experimentId: info.experiment_id, modelId: info.model_id }}
        >
          {info.name}
        </Link>
      </td>
      <td>
        <Status value={wordOf(info.status)} tone={toneOf(info.status)} />
      </td>
      <td className="name">{info.model_type || texts.nothing}</td>
      <td>
        <RunIdLink runId={info.source_run_id} />
      </td>
      {metrics.map((key) => (
        <td key={`metric ${key}`} className="time">
          {latest(data.metrics, key)}
        </td>
      ))}
      {params.map((key) => (
        <td key={`param ${key}`} className="name">
          {textOf(data.params, key).slice(0, 200) || texts.nothing}
        </td>
      ))}
      <td className="time">{formatTime(info.creation_timestamp_ms, true)}</td>
    </tr>
  );
}

/** The value that was logged last, on whichever dataset. */
function latest(metrics: LoggedMetric[] = [], key: string): string {
  const found = metrics.filter((one) => one.key === key).sort((one, other) => other.timestamp - one.timestamp)[0];
  return found ? formatNumber(fromWire(found.value)) : texts.nothing;
}

function keysOf(all: { key: string }[] = []): string[] {
  return [...new Set(all.map(({ key }) => key))];
}

/** Each key once, the most frequent first. */
function commonest(keys: string[]): string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([key]) => key);
}
