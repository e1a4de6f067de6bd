/** Following a log: what was read is kept, and the rest is asked for again and again. */

import { useEffect, useState } from "react";
import { Unreachable } from "../../api/errors";
import { readLog } from "../../api/lazward";

const WAIT = 1000;
const LONGEST_WAIT = 5000;
/** Characters that are kept: a page with hundreds of megabytes of text answers nobody. */
const MOST = 400_000;

export interface LogText {
  text: string;
  cut: boolean;
  error?: unknown;
  loaded: boolean;
}

export function useLog(runId: string, name: string, over: boolean): LogText {
  const [log, setLog] = useState<LogText>({ text: "", cut: false, loaded: false });
  const [offset, setOffset] = useState({ at: 0, quiet: 0, decoder: new TextDecoder() });

  useEffect(() => {
    if (over && offset.quiet > 1) return; // its last words were read after it had ended
    const stop = new AbortController();
    const wait = offset.quiet === 0 ? 0 : Math.min(WAIT * 1.3 ** offset.quiet, LONGEST_WAIT);
    const timer = setTimeout(async () => {
      try {
        const { bytes } = await readLog(runId, name, offset.at, stop.signal);
        const more = offset.decoder.decode(bytes, { stream: true });
        setLog((before) => extended(before, more));
        const quiet = bytes.length > 0 ? 0 : offset.quiet + 1;
        setOffset({ ...offset, at: offset.at + bytes.length, quiet });
      } catch (error) {
        if (stop.signal.aborted) return;
        if (!(error instanceof Unreachable)) setLog((before) => ({ ...before, error }));
        setOffset({ ...offset, quiet: offset.quiet + 1 });
      }
    }, wait);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [runId, name, over, offset]);

  return log;
}

function extended(before: LogText, more: string): LogText {
  const text = before.text + more;
  if (text.length <= MOST) return { text, cut: before.cut, loaded: true };
  const from = text.indexOf("\n", text.length - MOST) + 1;
  return { text: text.slice(from || text.length - MOST), cut: true, loaded: true };
}
