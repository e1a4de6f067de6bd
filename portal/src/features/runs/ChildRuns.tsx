import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Run, searchRuns } from "../../api/mlflow";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { polling } from "../../live/polling";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { isUnderWay, nameOf } from "./run";

const MOST = 200;

/** The runs that are part of a run; nothing where there are none. */
export function ChildRuns({ run }: { run: Run }) {
  const { run_id: id, experiment_id: experimentId } = run.info;
  const filter = `tags."mlflow.parentRunId" = '${id}'`;
  const { data } = useQuery({
    queryKey: ["children", id],
    queryFn: ({ signal }) => searchRuns({ experimentIds: [experimentId], filter, maxResults: MOST }, signal),
    refetchInterval: isUnderWay(run) ? polling(2000, 15_000) : false,
  });
  const children = data?.runs ?? [];
  if (children.length === 0) return null;
  return (
    <section>
      <h2>
        {texts.runPage.children}{" "}
        <span className="soft">
          {children.length}
          {data?.next_page_token && "+"}
        </span>
      </h2>
      <Scroll label={texts.runPage.children}>
        <table className="table">
          <TableHead heads={[texts.name, texts.status, texts.started]} />
          <tbody>
            {children.map((child) => (
              <tr key={child.info.run_id}>
                <th scope="row" className="name">
                  <Link
                    className="link"
                    to={pages.run}
                    params={{ experimentId: child.info.experiment_id, runId: child.info.run_id }}
                  >
                    {nameOf(child)}
                  </Link>
                </th>
                <td>
                  <Status value={child.info.status} />
                </td>
                <td className="time">{formatTime(child.info.start_time, true)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
