/** Reading Parquet by ranges: what a table in sight needs, and not the whole file. */

import {
  type AsyncBuffer,
  cachedAsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { decompress as decompressZstd } from "fzstd";
import { decompressBrotli } from "hyparquet-compressors/src/brotli.js";
import { gunzip } from "hyparquet-compressors/src/gzip.js";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors/src/lz4.js";
import { request } from "../../api/request";

/** Columns that are read at most; wider tables than this nobody reads across. */
const MOST_COLUMNS = 100;
/** Bytes of a part of the file that is read at once: the format lets nobody read less than a group of rows. */
const LARGEST_GROUP = 128 * 1024 * 1024;

/** All but Snappy, which the reader knows itself. No WebAssembly, which the page's policy does not allow. */
const compressors = {
  BROTLI: decompressBrotli,
  GZIP: (input: Uint8Array, length: number) => gunzip(input, new Uint8Array(length)),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
  ZSTD: (input: Uint8Array) => decompressZstd(input),
};

export interface OpenParquet {
  url: string;
  heads: string[];
  rows: number;
  /** Columns that are left out. */
  hidden: number;
  /** Bytes of its largest group of rows, of the columns that are shown. */
  largest: number;
  tooLarge: boolean;
  file: AsyncBuffer;
  metadata: FileMetaData;
}

export async function open(url: string, size: number, signal: AbortSignal): Promise<OpenParquet> {
  const file = cachedAsyncBuffer(ranges(url, size));
  const metadata = await parquetMetadataAsync(file);
  if (signal.aborted) throw signal.reason;
  const names = parquetSchema(metadata).children.map((one) => one.element.name);
  const heads = names.slice(0, MOST_COLUMNS);
  const largest = Math.max(0, ...metadata.row_groups.map((group) => bytesOf(group, new Set(heads))));
  return {
    url,
    heads,
    rows: Number(metadata.num_rows),
    hidden: names.length - heads.length,
    largest,
    tooLarge: largest > LARGEST_GROUP,
    file,
    metadata,
  };
}

export async function readRows(from: OpenParquet, rowStart: number, rowEnd: number): Promise<string[][]> {
  const { file, metadata, heads } = from;
  const rows = await parquetReadObjects({ file, metadata, columns: heads, rowStart, rowEnd, compressors, utf8: true });
  return rows.map((row) => heads.map((name) => shown(row[name])));
}

function ranges(url: string, size: number): AsyncBuffer {
  return {
    byteLength: size,
    async slice(start, end = size) {
      const [from, to] = [start < 0 ? size + start : start, end < 0 ? size + end : end];
      if (to <= from) return new ArrayBuffer(0);
      const response = await request(url, { headers: { range: `bytes=${from}-${to - 1}` } });
      return response.arrayBuffer();
    },
  };
}

function bytesOf(group: FileMetaData["row_groups"][number], names: Set<string>): number {
  return group.columns
    .filter((one) => names.has(one.meta_data?.path_in_schema[0] ?? ""))
    .reduce((sum, one) => sum + Number(one.meta_data?.total_compressed_size ?? 0), 0);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} B`;
  if (typeof value === "object") {
    return JSON.stringify(value, (_, one) => (typeof one === "bigint" ? plain(one) : one)).slice(0, 2000);
  }
  return String(value).slice(0, 2000);
}

/** JSON knows no large integers: those that would lose digits are texts. */
function plain(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
