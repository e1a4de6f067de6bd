import { Link } from "@tanstack/react-router";
import type { Job, Node } from "../../api/lazward";
import { formatDuration } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { useNow } from "../../ui/useNow";
import { stateName } from "./target";

const heads = [texts.node, texts.state, texts.steering.since, texts.steering.job] as const;
const TONES: Record<string, string> = { running: "busy", preparing: "busy", idle: "quiet", leaving: "waiting" };

interface NodeTableProps {
  nodes: Node[];
  /** Those that may be on the nodes. */
  jobs: Job[];
}

/** The nodes of a target, and what each does. */
export function NodeTable({ nodes, jobs }: NodeTableProps) {
  const now = useNow(true);
  return (
    <Scroll label={texts.nodes}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {nodes.map((node) => (
            <tr key={node.number}>
              <th scope="row">{node.number}</th>
              <td>
                <Status value={stateName(node.state)} tone={TONES[node.state]} />
              </td>
              <td className="time">{formatDuration(now - node.since_at)}</td>
              <td className="name">
                <OnNode runId={node.run_id} jobs={jobs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function OnNode({ runId, jobs }: { runId?: string | null; jobs: Job[] }) {
  const job = jobs.find((one) => one.run_id === runId);
  if (!job) return runId ?? texts.nothing;
  return (
    <Link className="link" to={pages.run} params={{ experimentId: job.experiment_id, runId: job.run_id }}>
      {job.name}
    </Link>
  );
}
