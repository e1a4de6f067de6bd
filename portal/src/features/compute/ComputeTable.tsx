import type { ComputeTarget } from "../../api/lazward";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";

const heads = [texts.name, texts.state, texts.size, texts.nodes, texts.queued, texts.description] as const;

export function ComputeTable({ targets }: { targets: ComputeTarget[] }) {
  return (
    <Scroll label={texts.compute}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {targets.map((target) => (
            <TargetRow key={target.name} target={target} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function TargetRow({ target }: { target: ComputeTarget }) {
  const { size, nodes } = target;
  const now = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  const states = Object.entries(nodes).filter(([, count]) => count > 0);
  return (
    <tr>
      <th scope="row" className="name">
        {target.name}
        <div className="soft">{target.kind}</div>
      </th>
      <td>
        <Status value={target.state} />
      </td>
      <td>
        {size.name}
        <div className="soft">{texts.sizeOf(size.cpus, formatBytes(size.memory_bytes), size.gpus ?? 0)}</div>
      </td>
      <td>
        {texts.nodesOf(now, target.min_nodes, target.max_nodes)}
        <div className="soft">{states.map(([state, count]) => `${count} ${state}`).join(", ")}</div>
      </td>
      <td>{target.queued}</td>
      <td className="why">{target.description || texts.nothing}</td>
    </tr>
  );
}
