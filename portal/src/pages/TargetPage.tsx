import { Link, useParams } from "@tanstack/react-router";
import { DeleteTarget } from "../features/compute/DeleteTarget";
import { NodeTable } from "../features/compute/NodeTable";
import { useNodes, useTarget } from "../features/compute/queries";
import { ScaleTarget } from "../features/compute/ScaleTarget";
import { TargetFacts } from "../features/compute/TargetFacts";
import { JobTable } from "../features/jobs/JobTable";
import { useActiveJobs } from "../features/jobs/queries";
import { texts } from "../lib/texts";
import { pages } from "../lib/urls";
import { Crumbs } from "../ui/Crumbs";
import { Failure } from "../ui/Failure";
import { Loading } from "../ui/Loading";
import { Page } from "../ui/Page";
import { Status } from "../ui/Status";

export function TargetPage() {
  const { name } = useParams({ from: pages.target });
  const { data: target, error, refetch } = useTarget(name);
  return (
    <Page
      wide
      title={target?.name ?? name}
      above={<Crumbs steps={[[texts.compute, { to: pages.compute }]]} />}
      aside={target && <Status value={target.state} />}
    >
      <Failure error={error} again={() => void refetch()} />
      {!target && !error && <Loading />}
      {target && (
        <>
          <div className="acts">
            <ScaleTarget target={target} />
            <DeleteTarget target={target} />
          </div>
          <TargetFacts target={target} />
          <AtWork name={target.name} />
        </>
      )}
    </Page>
  );
}

const NONE: never[] = [];

/** The nodes and the queue, live. */
function AtWork({ name }: { name: string }) {
  const nodes = useNodes(name);
  const jobs = useActiveJobs(name);
  const active = jobs.data ?? NONE;
  return (
    <>
      <section aria-labelledby="nodes">
        <h2 id="nodes">{texts.nodes}</h2>
        <Failure error={nodes.error} />
        {nodes.data && nodes.data.length > 0 && <NodeTable nodes={nodes.data} jobs={active} />}
        {nodes.data?.length === 0 && <p className="soft">{texts.steering.noNodes}</p>}
      </section>
      <section aria-labelledby="queue">
        <div className="section-head">
          <h2 id="queue">{texts.steering.queue}</h2>
          <Link className="link" to={pages.jobs} search={{ target: name }}>
            {texts.steering.allJobs}
          </Link>
        </div>
        <Failure error={jobs.error} />
        {active.length > 0 && <JobTable jobs={active} label={texts.steering.queue} />}
        {jobs.data?.length === 0 && <p className="soft">{texts.steering.noActiveJobs}</p>}
      </section>
    </>
  );
}
