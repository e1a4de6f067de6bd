import { Link } from "@tanstack/react-router";
import type { Run } from "../../api/mlflow";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { Status } from "../../ui/Status";
import { Duration } from "./Duration";
import { nameOf, userOf } from "./run";

const heads = [texts.name, texts.status, texts.started, texts.duration, texts.user];

export function RecentRuns({ runs }: { runs: Run[] }) {
  return (
    <Scroll label={texts.recentRuns}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {runs.map((run) => (
            <tr key={run.info.run_id}>
              <td className="name">
                <Link
                  className="link"
                  to={pages.run}
                  params={{ experimentId: run.info.experiment_id, runId: run.info.run_id }}
                >
                  {nameOf(run)}
                </Link>
              </td>
              <td>
                <Status value={run.info.status} />
              </td>
              <td className="time">{formatTime(run.info.start_time, true)}</td>
              <td className="time">
                <Duration info={run.info} />
              </td>
              <td className="name">{userOf(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
