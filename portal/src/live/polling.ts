/** How often something is asked for anew: often while it changes, rarely while it does not. */

import type { Query } from "@tanstack/react-query";
import { isAway } from "./connection";

interface Seen {
  data: unknown;
  count: number;
  unchanged: number;
}

const SLOWER = 1.5;
const seen = new WeakMap<object, Seen>();

/** An interval for TanStack Query, in milliseconds; no asking while the server is away or `over` holds. */
export function polling<Data>(least: number, most: number, over?: (data: Data) => boolean) {
  // biome-ignore lint/suspicious/noExplicitAny: the kinds of keys and errors do not matter here
  return (query: Query<Data, any, any, any>): number | false => {
    const { data, dataUpdateCount } = query.state;
    if (isAway() || (data !== undefined && over?.(data as Data))) return false;
    const last = seen.get(query);
    if (!last || last.data !== data) seen.set(query, { data, count: dataUpdateCount, unchanged: 0 });
    else if (last.count !== dataUpdateCount) {
      last.count = dataUpdateCount;
      last.unchanged += 1;
    }
    return Math.min(least * SLOWER ** (seen.get(query)?.unchanged ?? 0), most);
  };
}
