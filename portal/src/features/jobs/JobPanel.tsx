import type { Job } from "../../api/lazward";
import { ApiError } from "../../api/errors";
import { texts } from "../../lib/texts";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { Status } from "../../ui/Status";
import { CancelButton } from "./CancelButton";
import { useJob } from "./queries";
import { Timeline } from "./Timeline";

/** How the job of a run stands. */
export function JobPanel({ runId }: { runId: string }) {
  const { data: job, error } = useJob(runId);
  // Whoever logs a run can say that it is a job.
  if (error instanceof ApiError && error.status === 404) return null;
  return (
    <section className="job" aria-label={texts.jobs}>
      <Failure error={error} />
      {job && <Standing job={job} />}
    </section>
  );
}

function Standing({ job }: { job: Job }) {
  return (
    <>
      <div className="section-head">
        <Status value={job.state} />
        <CancelButton job={job} />
      </div>
      <Timeline job={job} />
      <Facts
        facts={[
          [texts.reason, job.reason],
          [texts.target, job.compute],
          [texts.node, job.node],
          [texts.submittedBy, job.submitted_by],
          [texts.attempt, job.attempt > 1 ? job.attempt : null],
        ]}
      />
      {job.error && (
        <div className="failure">
          <p>{job.error.message}</p>
        </div>
      )}
      {job.warnings?.map((warning) => (
        <p key={warning} className="soft">
          {warning}
        </p>
      ))}
    </>
  );
}
