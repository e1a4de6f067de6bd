import { Button, Checkbox, Select } from "@fluentui/react-components";
import { useState } from "react";
import { ApiError } from "../../api/errors";
import type { Job } from "../../api/lazward";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { isOver } from "../jobs/job";
import { JobTable } from "../jobs/JobTable";
import { LogView } from "../jobs/LogView";
import { useJob } from "../jobs/queries";
import { useJobsIn } from "./queries";

/** What a job's environment was built with; the client library knows the same name. */
const BUILD_LOG = "azureml-logs/20_image_build_log.txt";

/** Why a job failed whose environment could not be had. */
const NO_ENVIRONMENT = "Environment";

interface EnvironmentJobsProps {
  name: string;
  version: string;
}

/** The jobs that an environment was used by, and what building it had to say. */
export function EnvironmentJobs({ name, version }: EnvironmentJobsProps) {
  const [all, setAll] = useState(true);
  const found = useJobsIn(all ? name : `${name}:${version}`);
  const jobs = found.data?.pages.flat();
  return (
    <>
      <section aria-labelledby="jobs">
        <div className="section-head">
          <h2 id="jobs">{texts.environments.jobs}</h2>
          <Checkbox
            label={texts.environments.ofAllVersions}
            checked={all}
            onChange={(_, { checked }) => setAll(checked === true)}
          />
        </div>
        <Failure error={found.error} again={() => void found.refetch()} />
        {!jobs && !found.error && <Loading />}
        {jobs && jobs.length > 0 && <JobTable jobs={jobs} />}
        {jobs?.length === 0 && (
          <p className="soft">{all ? texts.environments.noJobs : texts.environments.noJobsOfVersion}</p>
        )}
        {found.hasNextPage && (
          <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {texts.more}
          </Button>
        )}
      </section>
      <section aria-labelledby="builds">
        <h2 id="builds">{texts.environments.builds}</h2>
        <p className="soft">{texts.environments.buildsWhy}</p>
        {jobs && jobs.length > 0 && <Builds jobs={jobs} />}
      </section>
    </>
  );
}

function Builds({ jobs }: { jobs: Job[] }) {
  const [chosen, setChosen] = useState("");
  const runId = jobs.some((job) => job.run_id === chosen) ? chosen : (jobs[0]?.run_id ?? "");
  return (
    <>
      <Select
        className="build-choice"
        aria-label={texts.environments.buildOf}
        value={runId}
        onChange={(_, { value }) => setChosen(value)}
      >
        {jobs.map((job) => (
          <option key={job.run_id} value={job.run_id}>
            {`${job.name} (${job.state}, ${formatTime(job.created_at, true)})`}
          </option>
        ))}
      </Select>
      <BuildLog key={runId} runId={runId} />
    </>
  );
}

function BuildLog({ runId }: { runId: string }) {
  const { data: job, error } = useJob(runId);
  if (error instanceof ApiError && error.status === 404) return null;
  if (!job) return error ? <Failure error={error} /> : <Loading />;
  const waits = !isOver(job) && !job.started_at;
  const none = waits ? texts.environments.notYetBuilt : texts.environments.noBuild;
  return (
    <>
      {job.error?.code === NO_ENVIRONMENT && <p className="failure">{job.error.message}</p>}
      {job.logs?.includes(BUILD_LOG) ? (
        <LogView runId={runId} name={BUILD_LOG} none={none} />
      ) : (
        <p className="soft">{none}</p>
      )}
    </>
  );
}
