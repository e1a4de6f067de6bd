/** Looking for a text in a whole log, also in what is not held; what comes is looked through as it comes. */

import { useEffect, useState } from "react";
import { findInLog } from "../../api/lazward";
import { useDelayed } from "../../ui/useDelayed";
import { useThrottled } from "../../ui/useThrottled";

interface Found {
  text: string;
  count: number;
  offsets: number[];
  /** Up to where was looked. */
  end: number;
  error: unknown;
}

const NOTHING: Found = { text: "", count: 0, offsets: [], end: 0, error: null };

export interface LogSearch extends Found {
  /** Which of the places is looked at, from 0 on; -1 for none yet. */
  at: number;
  searching: boolean;
  /** The place after or before the one looked at, all around. */
  step: (way: 1 | -1) => number | undefined;
}

export function useLogSearch(runId: string, name: string, typed: string, size: number): LogSearch {
  const text = useDelayed(typed, 300);
  const known = useThrottled(size, 2000);
  const [found, setFound] = useState(NOTHING);
  const [at, setAt] = useState(-1);
  useEffect(() => {
    if (!text) {
      setFound(NOTHING);
      setAt(-1);
      return;
    }
    const stop = new AbortController();
    const begin = found.text === text ? found : { ...NOTHING, text };
    if (begin !== found) setAt(-1);
    void look(begin);
    return () => stop.abort();

    async function look(from: Found): Promise<void> {
      try {
        for (let now = from; ; ) {
          const more = await findInLog(runId, name, text, now.end, stop.signal);
          now = { ...now, count: now.count + more.count, offsets: [...now.offsets, ...more.offsets], end: more.end };
          setFound(now);
          if (more.end >= more.size) return;
        }
      } catch (error) {
        if (!stop.signal.aborted) setFound((before) => ({ ...before, error }));
      }
    }
    // What was found is gone on from, and not looked at anew for its own sake.
  }, [runId, name, text, known]);
  const step = (way: 1 | -1) => {
    const { length } = found.offsets;
    if (length === 0) return undefined;
    // The first step leads to the last place: the newest, as logs are read from their end.
    const next = at < 0 ? length - 1 : (at + way + length) % length;
    setAt(next);
    return found.offsets[next];
  };
  return { ...found, at, searching: typed !== "" && (found.text !== typed || found.end < size), step };
}
