import type { AuditEntry } from "../../api/administration";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Facts } from "../../ui/Facts";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";

const FAILED = 400;
const heads = [
  texts.settings.when,
  texts.user,
  texts.settings.action,
  texts.settings.what,
  texts.workspace,
  texts.settings.result,
] as const;

/** Entries of the log, the newest first. */
export function AuditTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <Scroll label={texts.settings.audit}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td className="time">{formatTime(entry.asked_at)}</td>
              <td className="name">{entry.user || texts.settings.nobody}</td>
              <td className="name">{entry.action}</td>
              <td className="why">
                <Details entry={entry} />
              </td>
              <td className="name">{entry.workspace || texts.nothing}</td>
              <td>
                <Result entry={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Result({ entry }: { entry: AuditEntry }) {
  const failed = entry.status >= FAILED;
  const times = (entry.count ?? 1) > 1 ? ` × ${entry.count}` : "";
  return (
    <Status value={(failed ? texts.settings.refused : texts.settings.done) + times} tone={failed ? "bad" : "good"} />
  );
}

/** What it was done to, and the rest for who asks. */
function Details({ entry }: { entry: AuditEntry }) {
  const target = Object.entries(entry.target ?? {});
  return (
    <details>
      <summary>{target.map(([, value]) => value).join(" · ") || texts.settings.details}</summary>
      <Facts
        facts={[
          ...target,
          [texts.settings.address, entry.address],
          [texts.settings.httpStatus, entry.status],
          [texts.settings.code, entry.code],
          [texts.settings.tokenId, entry.token_id],
          [texts.settings.entry, entry.id],
        ]}
      />
    </details>
  );
}
