import { Link } from "@tanstack/react-router";
import type { Experiment } from "../../api/mlflow";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";

export function ExperimentTable({ experiments }: { experiments: Experiment[] }) {
  return (
    <Scroll label={texts.experiments}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{texts.name}</th>
            <th scope="col">{texts.changed}</th>
            <th scope="col">{texts.created}</th>
          </tr>
        </thead>
        <tbody>
          {experiments.map((one) => (
            <tr key={one.experiment_id}>
              <td className="name">
                <Link className="link" to={pages.runs} params={{ experimentId: one.experiment_id }}>
                  {one.name}
                </Link>
              </td>
              <td className="time">{formatTime(one.last_update_time, true)}</td>
              <td className="time">{formatTime(one.creation_time, true)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
