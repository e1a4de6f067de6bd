import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { PreviewProps } from "./FilePreview";
import { Grid } from "./Grid";
import { type OpenParquet, open, readRows } from "./parquet";

const AT_ONCE = 200;

/** A Parquet file as a table; of a large one only the parts in sight are read. */
export function ParquetPreview({ from, path, size }: PreviewProps) {
  const { data: file, error } = useQuery({
    queryKey: ["parquet", from.key, path, size],
    queryFn: ({ signal }) => open(from.url(path), size, signal),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  if (error) return <Failure error={error} />;
  return file ? <Rows file={file} path={path} /> : <Loading />;
}

function Rows({ file, path }: { file: OpenParquet; path: string }) {
  const [part, setPart] = useState(0);
  const before = usePart(file, Math.max(0, part - 1));
  const now = usePart(file, part);
  const after = usePart(file, Math.min(part + 1, Math.max(0, Math.ceil(file.rows / AT_ONCE) - 1)));
  const parts = new Map([before, now, after].map((one) => [one.part, one.rows]));
  const row = (index: number) => parts.get(Math.floor(index / AT_ONCE))?.[index % AT_ONCE] ?? null;
  const onSight = useCallback((first: number, last: number) => setPart(Math.floor((first + last) / 2 / AT_ONCE)), []);
  return (
    <>
      <p className="soft">
        {texts.runPage.rows(file.rows, file.heads.length)}
        {file.hidden > 0 && ` ${texts.runPage.hiddenColumns(file.hidden)}`}
      </p>
      {file.tooLarge ? (
        <>
          <p className="soft">{texts.runPage.groupTooLarge(formatBytes(file.largest))}</p>
          <Grid label={path} heads={file.heads} count={0} row={row} />
        </>
      ) : (
        <>
          <Failure error={now.error} />
          <Grid label={path} heads={file.heads} count={file.rows} row={row} onSight={onSight} />
        </>
      )}
    </>
  );
}

function usePart(file: OpenParquet, part: number) {
  const { data, error } = useQuery({
    queryKey: ["parquet rows", file.url, part],
    queryFn: () => readRows(file, part * AT_ONCE, Math.min(file.rows, (part + 1) * AT_ONCE)),
    enabled: !file.tooLarge && file.rows > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    structuralSharing: false,
  });
  return { part, rows: data, error };
}
