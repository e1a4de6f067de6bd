import { Button } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Environment } from "../../api/lazward";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { summaryOf } from "./contents";

const heads = [
  texts.name,
  texts.environments.version,
  texts.environments.packages,
  texts.environments.image,
  texts.environments.registered,
];
const AT_ONCE = 100;

/** Environments in their newest version. */
export function EnvironmentTable({ environments }: { environments: Environment[] }) {
  const [most, setMost] = useState(AT_ONCE);
  return (
    <>
      <Scroll label={texts.environments.title}>
        <table className="table">
          <TableHead heads={heads} />
          <tbody>
            {environments.slice(0, most).map((one) => (
              <tr key={one.name}>
                <td className="name">
                  <Link className="link" to={pages.environment} params={{ name: one.name }}>
                    {one.name}
                  </Link>
                </td>
                <td>{one.version}</td>
                <td className="name">{summaryOf(one.spec)}</td>
                <td className="name">{one.spec.image || texts.nothing}</td>
                <td className="time">{registeredAt(one, true)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {environments.length > most && <Button onClick={() => setMost(most + 5 * AT_ONCE)}>{texts.more}</Button>}
    </>
  );
}

/** When it was registered; those that come with the server never were. */
export function registeredAt(environment: Environment, brief = false): string {
  return environment.curated ? texts.environments.curated : formatTime(environment.created_at, brief);
}
