import { Link } from "@tanstack/react-router";
import type { Job } from "../../api/lazward";
import { formatDuration, formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { useNow } from "../../ui/useNow";
import { CancelButton } from "./CancelButton";
import { isOver } from "./job";

const heads = [
  texts.name,
  texts.state,
  texts.reason,
  texts.target,
  texts.submittedBy,
  texts.created,
  texts.duration,
] as const;

export function JobTable({ jobs }: { jobs: Job[] }) {
  const now = useNow(jobs.some((job) => !isOver(job)));
  return (
    <Scroll label={texts.jobs}>
      <table className="table">
        <TableHead heads={heads} unnamed />
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.run_id} job={job} now={now} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function JobRow({ job, now }: { job: Job; now: number }) {
  const took = job.started_at ? formatDuration((job.ended_at ?? now) - job.started_at) : texts.nothing;
  return (
    <tr>
      <td className="name">
        <Link className="link" to={pages.run} params={{ experimentId: job.experiment_id, runId: job.run_id }}>
          {job.name}
        </Link>
        <div className="soft cut">{job.experiment}</div>
      </td>
      <td>
        <Status value={job.state} />
      </td>
      <td className="why">{job.reason ?? job.error?.message ?? texts.nothing}</td>
      <td className="name">{job.compute}</td>
      <td className="name">{job.submitted_by}</td>
      <td className="time">{formatTime(job.created_at, true)}</td>
      <td className="time">{took}</td>
      <td>
        <CancelButton job={job} />
      </td>
    </tr>
  );
}
