import type { ModelVersion } from "../../api/registry";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Chip } from "../../ui/Chip";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { RunIdLink, VersionLink } from "./links";
import { Stage } from "./Stage";
import { StageButton } from "./StageButton";
import { toneOf, wordOf } from "./status";

const heads = [
  texts.models.version,
  texts.status,
  texts.models.stage,
  texts.models.aliases,
  texts.models.sourceRun,
  texts.models.registeredBy,
  texts.created,
];

interface VersionTableProps {
  versions: ModelVersion[];
  mayWrite: boolean;
}

export function VersionTable({ versions, mayWrite }: VersionTableProps) {
  return (
    <Scroll label={texts.models.versions}>
      <table className="table">
        <TableHead heads={heads} unnamed={mayWrite} />
        <tbody>
          {versions.map((one) => (
            <tr key={one.version}>
              <td className="name">
                <VersionLink name={one.name} version={one.version} />
                {one.description && <div className="soft clamp">{one.description.slice(0, 200)}</div>}
              </td>
              <td>
                <Status value={wordOf(one.status)} tone={toneOf(one.status)} />
              </td>
              <td>
                <Stage value={one.current_stage} />
              </td>
              <td>
                <ul className="chips few">
                  {one.aliases?.map((alias) => (
                    <Chip key={alias} title={alias}>
                      @{alias}
                    </Chip>
                  ))}
                </ul>
              </td>
              <td>
                <RunIdLink runId={one.run_id} />
              </td>
              <td className="who">{one.user_id || texts.nothing}</td>
              <td className="time">{formatTime(one.creation_timestamp, true)}</td>
              {mayWrite && (
                <td>
                  <div className="acts">
                    <StageButton version={one} />
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
