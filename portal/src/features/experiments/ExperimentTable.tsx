import { Link } from "@tanstack/react-router";
import type { Experiment } from "../../api/mlflow";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { descriptionOf } from "./experiment";
import { ExperimentMenu } from "./ExperimentMenu";

const heads = [texts.name, texts.changed, texts.created];

export function ExperimentTable({ experiments }: { experiments: Experiment[] }) {
  return (
    <Scroll label={texts.experiments}>
      <table className="table">
        <TableHead heads={heads} unnamed />
        <tbody>
          {experiments.map((one) => (
            <tr key={one.experiment_id}>
              <td className="name">
                <Link className="link" to={pages.runs} params={{ experimentId: one.experiment_id }}>
                  {one.name}
                </Link>
                {descriptionOf(one) && <div className="soft cut">{descriptionOf(one)}</div>}
              </td>
              <td className="time">{formatTime(one.last_update_time, true)}</td>
              <td className="time">{formatTime(one.creation_time, true)}</td>
              <td className="menu-cell">
                <ExperimentMenu experiment={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
