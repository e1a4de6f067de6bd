import type { Job } from "../../api/lazward";
import { formatDuration, formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { useNow } from "../../ui/useNow";
import { isOver } from "./job";

/** How long a job waited and how long it ran, one beside the other. */
export function Timeline({ job }: { job: Job }) {
  const now = useNow(!isOver(job));
  const end = job.ended_at ?? now;
  const begun = job.started_at ?? end;
  const parts = [
    { name: texts.runPage.phases.waited, tone: "waiting", from: job.created_at, to: begun },
    ...(job.started_at ? [{ name: texts.runPage.phases.ran, tone: "busy", from: begun, to: end }] : []),
  ];
  return (
    <ol className="timeline" aria-label={texts.runPage.timeline}>
      {parts.map(({ name, tone, from, to }) => (
        <li key={name} className={tone} style={{ flexGrow: Math.max(to - from, 1) }} title={formatTime(from)}>
          {name} {formatDuration(to - from)}
        </li>
      ))}
    </ol>
  );
}
