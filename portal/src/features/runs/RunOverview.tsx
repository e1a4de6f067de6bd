import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Run } from "../../api/mlflow";
import { formatNumber, formatTime } from "../../lib/format";
import { fromWire } from "../../lib/numbers";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Facts } from "../../ui/Facts";
import { Loading } from "../../ui/Loading";
import { RunModels } from "../models/RunModels";
import { Duration } from "./Duration";
import { KeyTable } from "./KeyTable";
import { ChildRuns } from "./ChildRuns";
import { RemoveTag } from "./RunActions";
import { NOTE, tagOf, userOf } from "./run";
import { SearchInput } from "../../ui/SearchInput";

const Markdown = lazy(() => import("../../ui/Markdown").then(({ Markdown }) => ({ default: Markdown })));

/** What is known of a run: whose it is, how it went, and what it logged last. */
export function RunOverview({ run }: { run: Run }) {
  const [search, setSearch] = useState("");
  const metrics = run.data.metrics ?? [];
  const note = tagOf(run, NOTE);
  const parent = tagOf(run, "mlflow.parentRunId");
  return (
    <>
      <Facts
        facts={[
          [texts.started, formatTime(run.info.start_time)],
          [texts.ended, run.info.end_time ? formatTime(run.info.end_time) : null],
          [texts.duration, <Duration key="duration" info={run.info} />],
          [texts.user, userOf(run)],
          [texts.source, tagOf(run, "mlflow.source.name")],
          [texts.commit, tagOf(run, "mlflow.source.git.commit")],
          [texts.branch, tagOf(run, "mlflow.source.git.branch")],
          [texts.runId, <code key="id">{run.info.run_id}</code>],
          [texts.artifactUri, <code key="uri">{run.info.artifact_uri}</code>],
          [texts.runPage.parent, parent && <Parent key="parent" run={run} id={parent} />],
        ]}
      />
      {note && (
        <section className="prose" aria-label={texts.description}>
          <Suspense fallback={<Loading />}>
            <Markdown text={note} />
          </Suspense>
        </section>
      )}
      <ChildRuns run={run} />
      <RunModels run={run} />
      <SearchInput label={texts.filterKeys} value={search} onValue={setSearch} />
      <div className="columns">
        <KeyTable
          title={texts.metrics}
          search={search}
          none={texts.noMetrics}
          heads={[texts.value, texts.step]}
          rows={metrics.map(({ key, value, step }) => [key, formatNumber(fromWire(value)), String(step)])}
        />
        <KeyTable
          title={texts.params}
          search={search}
          none={texts.noParams}
          heads={[texts.value]}
          rows={(run.data.params ?? []).map(({ key, value }) => [key, value])}
        />
        <KeyTable
          title={texts.tags}
          search={search}
          none={texts.noTags}
          heads={[texts.value]}
          rows={(run.data.tags ?? []).map(({ key, value }) => [key, value])}
          act={(key) => <RemoveTag run={run} name={key} />}
        />
      </div>
    </>
  );
}

function Parent({ run, id }: { run: Run; id: string }) {
  return (
    <Link className="link" to={pages.run} params={{ experimentId: run.info.experiment_id, runId: id }}>
      {id}
    </Link>
  );
}
