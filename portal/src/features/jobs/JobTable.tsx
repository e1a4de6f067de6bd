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
import { PriorityButton } from "./PriorityButton";

const heads = [
  texts.name,
  texts.state,
  texts.reason,
  texts.target,
  texts.steering.priority,
  texts.created,
  texts.duration,
] as const;

interface JobTableProps {
  jobs: Job[];
  label?: string;
}

export function JobTable({ jobs, label = texts.jobs }: JobTableProps) {
  const now = useNow(jobs.some((job) => !isOver(job)));
  return (
    <Scroll label={label}>
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
        <div className="soft clamp" title={job.experiment}>
          {job.experiment}
        </div>
      </td>
      <td>
        <Status value={job.state} />
        {job.position && <div className="soft">{texts.steering.position(job.position)}</div>}
        {job.expected_at && <div className="soft">{texts.steering.expected(formatTime(job.expected_at, true))}</div>}
      </td>
      <td className="why">{job.reason ?? job.error?.message ?? texts.nothing}</td>
      <td className="name">
        {job.compute}
        {job.node && !isOver(job) && <div className="soft">{job.node}</div>}
      </td>
      <td className="time">{job.priority ?? 0}</td>
      <td className="name">
        <span className="time">{formatTime(job.created_at, true)}</span>
        <div className="soft">{job.submitted_by}</div>
      </td>
      <td className="time">{took}</td>
      <td>
        <div className="acts">
          <PriorityButton job={job} />
          <CancelButton job={job} />
        </div>
      </td>
    </tr>
  );
}
