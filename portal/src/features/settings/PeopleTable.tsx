import { Link } from "@tanstack/react-router";
import { removeUser, type User } from "../../api/administration";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { Scroll } from "../../ui/Scroll";
import { Status } from "../../ui/Status";
import { TableHead } from "../../ui/TableHead";
import { useMay } from "../workspaces/rights";
import { USER_CHANGES } from "./CreatePerson";
import { EditPerson } from "./EditPerson";
import { SetPassword } from "./SetPassword";

const heads = [texts.name, texts.kind, texts.state, texts.settings.email, texts.created] as const;

/** The people and service accounts of the server. */
export function PeopleTable({ users }: { users: User[] }) {
  const mayWrite = useMay("server:user-write");
  return (
    <Scroll label={texts.settings.people}>
      <table className="table">
        <TableHead heads={heads} unnamed />
        <tbody>
          {users.map((user) => (
            <tr key={user.name}>
              <th scope="row" className="name">
                {user.name}
                {user.administrator && <div className="soft">{texts.administrator}</div>}
              </th>
              <td>{user.kind === "service" ? texts.settings.service : texts.settings.person}</td>
              <td>
                {user.disabled_at ? (
                  <Status value={texts.settings.disabled} tone="bad" />
                ) : (
                  <Status value={texts.settings.enabled} tone="good" />
                )}
              </td>
              <td className="name">{user.email || texts.nothing}</td>
              <td className="time">{formatTime(user.created_at, true)}</td>
              <td>
                <div className="acts">
                  <Link className="link" to={pages.tokens} search={{ user: user.name }}>
                    {texts.settings.tokens}
                  </Link>
                  {mayWrite && <Acts user={user} />}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Acts({ user }: { user: User }) {
  return (
    <>
      <EditPerson user={user} />
      <SetPassword user={user} />
      <ActButton
        label={texts.settings.remove}
        of={user.name}
        title={texts.settings.removeUser(user.name)}
        act={() => removeUser(user.name)}
        changes={USER_CHANGES}
      >
        <p>{texts.settings.removeUserWhat}</p>
      </ActButton>
    </>
  );
}
