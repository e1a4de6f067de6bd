import { useEffect, useRef } from "react";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { useLog } from "./useLog";

/** Pixels from the end at which one counts as reading along. */
const NEAR = 40;

interface LogViewProps {
  runId: string;
  name: string;
  over: boolean;
  /** What is told of a log that holds nothing. */
  none?: string;
}

/** A log; who is at its end stays there as it grows. */
export function LogView({ runId, name, over, none = texts.emptyLog }: LogViewProps) {
  const { text, cut, error, loaded } = useLog(runId, name, over);
  const box = useRef<HTMLPreElement>(null);
  const along = useRef(true);
  // Whenever there is more.
  useEffect(() => {
    if (along.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  const look = ({ currentTarget: one }: { currentTarget: HTMLElement }) => {
    along.current = one.scrollHeight - one.scrollTop - one.clientHeight < NEAR;
  };
  return (
    <>
      <Failure error={error} />
      {cut && <p className="soft">{texts.logCut}</p>}
      {!loaded && !error && <Loading />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="text log" tabIndex={0} ref={box} onScroll={look} aria-label={name} role="log" aria-live="off">
        {text || (loaded && none)}
      </pre>
    </>
  );
}
