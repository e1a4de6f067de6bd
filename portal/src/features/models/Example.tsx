import { useMemo } from "react";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import type { Files } from "../artifacts/files";
import { laidOut } from "../artifacts/TextPreview";
import { type Table, tableOf } from "./exampleTable";
import { useModelText } from "./queries";

/** Rows of an example that are shown. */
const ROWS = 20;

/** The input that was logged with a model to show what it takes. */
export function Example({ from, path, size }: { from: Files; path: string; size: number }) {
  const { data: text, error } = useModelText(from, path, size);
  const table = useMemo(() => (text ? tableOf(text) : null), [text]);
  if (text === undefined) return error ? <Failure error={error} /> : <Loading />;
  if (table) return <ExampleTable table={table} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className="text" tabIndex={0}>
      {laidOut(text)}
    </pre>
  );
}

function ExampleTable({ table: { heads, rows } }: { table: Table }) {
  return (
    <>
      <Scroll label={texts.models.example}>
        <table className="table">
          <TableHead heads={heads} />
          <tbody>
            {rows.slice(0, ROWS).map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={heads[column] ?? column} className="value">
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > ROWS && <p className="soft">{texts.models.firstRows(ROWS, rows.length)}</p>}
    </>
  );
}
