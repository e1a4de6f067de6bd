/** How often something is asked for anew: often while it changes, rarely while it does not. */

import { isAway } from "./connection";

/** What of TanStack's queries is looked at. */
interface Asked {
  state: { data: unknown; dataUpdateCount: number };
}

interface Seen {
  data: unknown;
  count: number;
  unchanged: number;
}

const SLOWER = 1.5;
const seen = new WeakMap<object, Seen>();

/** An interval in milliseconds for TanStack Query; none while the server is away, or once it is `over`. */
export function polling<Data>(least: number, most: number, over?: (data: Data) => boolean) {
  return (query: Asked): number | false => {
    const { data } = query.state;
    if (isAway() || (data !== undefined && over?.(data as Data))) return false;
    return Math.min(least * SLOWER ** unchanged(query), most);
  };
}

/** How many answers in a row have brought nothing new. */
function unchanged(query: Asked): number {
  const { data, dataUpdateCount: count } = query.state;
  const last = seen.get(query);
  if (!last || last.data !== data) {
    seen.set(query, { data, count, unchanged: 0 });
    return 0;
  }
  if (last.count !== count) {
    last.count = count;
    last.unchanged += 1;
  }
  return last.unchanged;
}
