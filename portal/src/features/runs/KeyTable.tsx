import { Button } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { texts } from "../../lib/texts";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";

const AT_ONCE = 100;

interface KeyTableProps {
  title: string;
  search: string;
  none: string;
  heads: string[];
  /** Each begins with its key. */
  rows: string[][];
  /** What can be done with a row, by its key. */
  act?: (key: string) => ReactNode;
}

/** What was logged by key; of thousands the first hundred, and more when asked for. */
export function KeyTable({ title, search, none, heads, rows, act }: KeyTableProps) {
  const [most, setMost] = useState(AT_ONCE);
  const wanted = search.toLowerCase();
  const found = rows.filter(([key = ""]) => key.toLowerCase().includes(wanted));
  return (
    <section className="key-table">
      <h2>
        {title} <span className="soft">{found.length}</span>
      </h2>
      {found.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <Scroll label={title}>
          <table className="table">
            <TableHead heads={[texts.key, ...heads]} unnamed={act !== undefined} />
            <tbody>
              {found.slice(0, most).map(([key, ...values]) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  {values.map((value, index) => (
                    <td key={heads[index]} className="value">
                      {value}
                    </td>
                  ))}
                  {act && <td>{act(key ?? "")}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {found.length > most && (
        <Button size="small" onClick={() => setMost(most + 10 * AT_ONCE)}>
          {texts.more}
        </Button>
      )}
    </section>
  );
}
