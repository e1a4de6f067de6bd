import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { getSnapshot, type Job } from "../../api/lazward";
import type { Run } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Code } from "../../ui/Code";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Artifacts } from "../artifacts/Artifacts";
import { filesOfSnapshot } from "../artifacts/files";
import { useJob } from "../jobs/queries";
import { commandLine, readingCode, sdkCode } from "./again";
import { saysJob, tagOf } from "./run";

const BUILD_LOG = "azureml-logs/20_image_build_log.txt";

interface RunCodeProps {
  run: Run;
  path?: string;
  onOpen: (path: string) => void;
}

/** What a run was made from: its code, its environment, and how to do it again. */
export function RunCode(props: RunCodeProps) {
  return saysJob(props.run) ? <OfJob {...props} /> : <Plain run={props.run} />;
}

function OfJob(props: RunCodeProps) {
  const { data: job, error } = useJob(props.run.info.run_id);
  if (!job) return error ? <Plain run={props.run} /> : <Loading />;
  return (
    <>
      <Source run={props.run} job={job} />
      {job.spec.snapshot_id ? (
        <Snapshot {...props} id={job.spec.snapshot_id} />
      ) : (
        <p className="soft">{texts.runPage.noSnapshot}</p>
      )}
      <Environment job={job} />
      <section>
        <h2>{texts.runPage.again}</h2>
        {job.spec.snapshot_id && <p className="soft">{texts.runPage.againHint}</p>}
        <Code label={texts.runPage.withCli} text={commandLine(job)} />
        <Code label={texts.runPage.withSdk} text={sdkCode(job)} />
        <Code label={texts.runPage.withMlflow} text={readingCode(job.run_id)} />
      </section>
    </>
  );
}

function Plain({ run }: { run: Run }) {
  return (
    <>
      <Source run={run} />
      <Code label={texts.runPage.withMlflow} text={readingCode(run.info.run_id)} />
    </>
  );
}

function Source({ run, job }: { run: Run; job?: Job }) {
  const dirty = job?.properties?.["azureml.git.dirty"];
  const command = job?.spec.command || [job?.spec.script, ...(job?.spec.arguments ?? [])].filter(Boolean).join(" ");
  return (
    <Facts
      facts={[
        [texts.runPage.command, command && <code key="command">{command}</code>],
        [texts.source, tagOf(run, "mlflow.source.name")],
        [texts.runPage.repository, tagOf(run, "mlflow.source.git.repoURL")],
        [texts.commit, tagOf(run, "mlflow.source.git.commit")],
        [texts.branch, tagOf(run, "mlflow.source.git.branch")],
        [texts.runPage.dirty, dirty && (dirty === "True" ? texts.runPage.yes : texts.runPage.nope)],
      ]}
    />
  );
}

function Snapshot({ id, path, onOpen }: RunCodeProps & { id: string }) {
  const { data: files, error } = useQuery({
    queryKey: ["snapshot", id],
    queryFn: ({ signal }) => getSnapshot(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const from = useMemo(() => files && filesOfSnapshot(id, files), [id, files]);
  if (!from) return error ? <Failure error={error} /> : <Loading />;
  return (
    <section>
      <h2>{texts.runPage.snapshot}</h2>
      <Artifacts from={from} live={false} path={path} onOpen={onOpen} />
    </section>
  );
}

function Environment({ job }: { job: Job }) {
  const { environment, environment_name: name, variables = {} } = job.spec;
  const { python, image } = environment ?? {};
  const { channels = [], packages = [], pip = [] } = python?.conda ?? {};
  const own = python?.user_managed ? texts.runPage.asFound(python.interpreter ?? "python") : "";
  const all = Object.entries({ ...environment?.variables, ...variables });
  const params = { experimentId: job.experiment_id, runId: job.run_id };
  return (
    <section>
      <h2>{texts.runPage.environment}</h2>
      <Facts
        facts={[
          [texts.runPage.name, name],
          [texts.runPage.image, image],
          [texts.runPage.python, own],
          [texts.runPage.channels, channels.join(", ")],
          [texts.runPage.packages, [...packages, ...pip].join(", ")],
          [texts.runPage.variables, all.map(([key, value]) => `${key}=${value}`).join(", ")],
          [
            texts.runPage.buildLog,
            job.logs?.includes(BUILD_LOG) ? (
              <Link key="log" className="link" to={pages.run} params={params} search={{ tab: "logs", path: BUILD_LOG }}>
                {BUILD_LOG}
              </Link>
            ) : null,
          ],
        ]}
      />
    </section>
  );
}
