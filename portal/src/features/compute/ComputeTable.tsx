import { Link } from "@tanstack/react-router";
import type { ComputeTarget } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { DeleteTarget } from "./DeleteTarget";
import { ScaleTarget } from "./ScaleTarget";
import { kindName, nodesText, sizeText, statesText } from "./target";

const heads = [texts.name, texts.state, texts.size, texts.nodes, texts.queued, texts.description] as const;

export function ComputeTable({ targets }: { targets: ComputeTarget[] }) {
  return (
    <Scroll label={texts.compute}>
      <table className="table">
        <TableHead heads={heads} unnamed />
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
  return (
    <tr>
      <th scope="row" className="name">
        <Link className="link" to={pages.target} params={{ name: target.name }}>
          {target.name}
        </Link>
        <div className="soft">{kindName(target.kind)}</div>
      </th>
      <td>
        <Status value={target.state} />
      </td>
      <td className="name">
        {target.size.name}
        <div className="soft">{sizeText(target.size)}</div>
      </td>
      <td>
        {nodesText(target)}
        <div className="soft">{statesText(target)}</div>
      </td>
      <td>{target.queued}</td>
      <td className="why">{target.description || texts.nothing}</td>
      <td>
        <div className="acts">
          <ScaleTarget target={target} />
          <DeleteTarget target={target} />
        </div>
      </td>
    </tr>
  );
}
