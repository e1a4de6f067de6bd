/** Asking for rows of the table, and putting right what was loaded of them. */

import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { type RunSearch, searchRuns } from "../../api/mlflow";
import { kept, type RunRow, rowOf } from "./table/row";
import { quoted } from "./view";

export interface RowPage {
  rows: RunRow[];
  /** The token of the next page; empty for none. */
  next: string;
}

/** Ids in one filter, which shall stay short. */
const AT_ONCE = 100;
/** What can be an id; anything else would be more than a text in the filter. */
const ID = /^[\w.-]+$/;

const PARENT = `tags.${quoted("mlflow.parentRunId")}`;

export async function searchRows(search: RunSearch, signal?: AbortSignal): Promise<RowPage> {
  const { runs = [], next_page_token: next = "" } = await searchRuns(search, signal);
  return { rows: runs.map(rowOf), next };
}

/** The runs with these ids, deleted or not, as far as there are any. */
export async function findRows(experimentId: string, ids: string[], signal?: AbortSignal): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const filter = among(ids.slice(from, from + AT_ONCE));
    const search = { experimentIds: [experimentId], filter, maxResults: AT_ONCE, viewType: "ALL" as const };
    rows.push(...(await searchRows(search, signal)).rows);
  }
  return rows;
}

/** That a run stands at the top of the tree: it has no parent, or one that is not there. */
export function isRoot(orphans: string[]): string {
  return orphans.length > 0 ? `${PARENT} IS NULL OR ${among(orphans)}` : `${PARENT} IS NULL`;
}

export function isChildOf(parent: string): string {
  return `${PARENT} = '${parent}'`;
}

/** The answer, with the rows that are as they were. */
export function sharing(before: unknown, now: unknown): unknown {
  const [old, page] = [before as RowPage | undefined, now as RowPage];
  const rows = kept(old?.rows, page.rows);
  return rows === old?.rows && page.next === old.next ? old : { ...page, rows };
}

type Loaded = InfiniteData<RowPage> | RowPage;

/** Changes the rows of an experiment wherever they are kept; rows that become null are gone. */
export function changeRows(client: QueryClient, experimentId: string, change: (row: RunRow) => RunRow | null): void {
  client.setQueriesData<Loaded>({ queryKey: ["runs", experimentId] }, (loaded) => {
    if (!loaded) return loaded;
    if ("rows" in loaded) return changed(loaded, change);
    const pages = loaded.pages.map((page) => changed(page, change));
    return pages.every((page, place) => page === loaded.pages[place]) ? loaded : { ...loaded, pages };
  });
}

/** Puts rows as they are now into the place of what was loaded. */
export function renewRows(client: QueryClient, experimentId: string, rows: RunRow[]): void {
  const now = new Map(rows.map((row) => [row.id, row]));
  changeRows(client, experimentId, (row) => {
    const fresh = now.get(row.id);
    return fresh ? (kept([row], [fresh])[0] ?? row) : row;
  });
}

function changed(page: RowPage, change: (row: RunRow) => RunRow | null): RowPage {
  let same = true;
  const rows = page.rows.flatMap((row) => {
    const after = change(row);
    if (after !== row) same = false;
    return after ?? [];
  });
  return same ? page : { ...page, rows };
}

function among(ids: string[]): string {
  const listed = ids.filter((id) => ID.test(id)).map((id) => `'${id}'`);
  return `attributes.run_id IN (${listed.join(", ")})`;
}
