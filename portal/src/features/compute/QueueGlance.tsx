import { Link } from "@tanstack/react-router";
import type { ComputeTarget } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { useCompute } from "./queries";
import { busyCount } from "./target";

/** What runs and waits on each target, at a glance; nothing where there is none. */
export function QueueGlance() {
  const { data } = useCompute();
  if (!data || data.length === 0) return null;
  return (
    <section aria-labelledby="at-work">
      <div className="section-head">
        <h2 id="at-work">{texts.steering.queue}</h2>
        <Link className="link" to={pages.jobs}>
          {texts.steering.allJobs}
        </Link>
      </div>
      <ul className="cards">
        {data.map((target) => (
          <li key={target.name}>
            <TargetCard target={target} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TargetCard({ target }: { target: ComputeTarget }) {
  return (
    <Link className="card" to={pages.target} params={{ name: target.name }}>
      <strong className="cut">{target.name}</strong>
      <span>{texts.steering.busyOf(busyCount(target), target.max_nodes)}</span>
      <span className={target.queued > 0 ? undefined : "soft"}>{texts.steering.waitingJobs(target.queued)}</span>
    </Link>
  );
}
