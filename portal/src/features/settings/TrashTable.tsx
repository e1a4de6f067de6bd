import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { type Kind, PurgeOne } from "./PurgeButton";
import { RestoreButton } from "./RestoreButton";

/** Something deleted, whatever it is. */
export interface Deleted {
  id: string;
  name: string;
  /** What it held or stood in. */
  more: string;
  deletedAt: number;
}

interface TrashTableProps {
  what: Kind;
  deleted: Deleted[];
  onDone: (told: string) => void;
}

export function TrashTable({ what, deleted, onDone }: TrashTableProps) {
  const isRuns = what === "runs";
  const heads = [texts.name, isRuns ? texts.settings.experiment : texts.runs, texts.settings.deleted];
  return (
    <Scroll label={isRuns ? texts.settings.deletedRuns : texts.settings.deletedExperiments}>
      <table className="table">
        <TableHead heads={heads} unnamed />
        <tbody>
          {deleted.map(({ id, name, more, deletedAt }) => (
            <tr key={id}>
              <th scope="row" className="name">
                <span className="clamp" title={name}>
                  {name || id}
                </span>
              </th>
              <td className="name">
                <span className="clamp" title={more}>
                  {more}
                </span>
              </td>
              <td className="time">{formatTime(deletedAt, true)}</td>
              <td>
                <div className="acts">
                  <RestoreButton what={what} id={id} name={name || id} onRestored={onDone} />
                  <PurgeOne what={what} id={id} name={name || id} onPurged={onDone} />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
