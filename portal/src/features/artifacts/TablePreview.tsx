import Papa from "papaparse";
import { useCallback, useMemo } from "react";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { PreviewProps } from "./FilePreview";
import { Grid } from "./Grid";
import { useText } from "./queries";

const MOST = 8 * 1024 * 1024;

/** The beginning of a file with values between separators, as a table. */
export function TablePreview({ from, path, size, separator }: PreviewProps & { separator: string }) {
  const { data: text, error } = useText(from, path, size, MOST);
  const table = useMemo(
    () => (text === undefined ? null : tableOf(text, separator, size > MOST)),
    [text, separator, size],
  );
  const row = useCallback((index: number) => table?.rows[index] ?? null, [table]);
  if (error) return <Failure error={error} />;
  if (!table) return <Loading />;
  return (
    <>
      <p className="soft">
        {texts.runPage.rows(table.rows.length, table.heads.length)}
        {size > MOST && ` ${texts.cut(formatBytes(MOST), formatBytes(size))}`}
      </p>
      <Grid label={path} heads={table.heads} count={table.rows.length} row={row} />
    </>
  );
}

function tableOf(text: string, separator: string, isCut: boolean): { heads: string[]; rows: string[][] } {
  const { data } = Papa.parse<string[]>(text, { delimiter: separator, skipEmptyLines: true });
  const [heads = [], ...rows] = data;
  if (isCut) rows.pop(); // of which a part may be missing
  return { heads, rows };
}
