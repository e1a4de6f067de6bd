import { Button, Switch } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { LogLine } from "./LogLine";
import { LogSearchBox } from "./LogSearchBox";
import { useLogSearch } from "./useLogSearch";
import { useLogStore } from "./useLogStore";

/** Pixels from the end at which one counts as reading along. */
const NEAR = 30;
/** Pixels from an edge at which what lies behind it is read. */
const AHEAD = 600;
const LINE = 18;

interface LogViewProps {
  runId: string;
  name: string;
  /** What is told of a log that holds nothing. */
  none?: string;
}

/** A log from its end on. Who is at its end stays there as it grows; earlier lines are read as one goes there. */
export function LogView({ runId, name, none = texts.emptyLog }: LogViewProps) {
  const [store, piece] = useLogStore(runId, name);
  const [wrap, setWrap] = useState(true);
  const [follow, setFollow] = useState(true);
  const [typed, setTyped] = useState("");
  const search = useLogSearch(runId, name, typed, piece.size);
  const box = useRef<HTMLElement>(null);
  const top = useRef(0);
  const rows = useVirtualizer({
    count: piece.starts.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    getItemKey: (index) => piece.start + (piece.starts[index] ?? 0),
    overscan: 20,
  });
  store.along = follow;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (follow) element.scrollTop = element.scrollHeight;
    else if (piece.added > 0) element.scrollTop += piece.added * LINE;
    top.current = element.scrollTop;
  }, [piece, follow]);
  // Lines that are measured move those below; who follows is to stay at the end.
  const height = rows.getTotalSize();
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [height]);
  // A height that another line gives changes the scroll without anybody's doing.
  useEffect(() => rows.measure(), [wrap]);

  const look = () => {
    const element = box.current;
    if (!element) return;
    const up = element.scrollTop < top.current - 1;
    top.current = element.scrollTop;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (up && left > NEAR) setFollow(false);
    if (!up && left < NEAR && store.atEnd) setFollow(true);
    if (element.scrollTop < AHEAD && !follow) void store.earlier();
    if (left < AHEAD && !store.atEnd) void store.later();
  };
  const go = async (way: 1 | -1) => {
    const offset = search.step(way);
    if (offset === undefined) return;
    setFollow(false);
    store.along = false;
    if (store.lineOf(offset) === null) await store.jump(offset);
    const line = store.lineOf(offset);
    // Once more when the lines around are drawn and measured.
    if (line === null) return;
    for (const wait of [0, 60]) setTimeout(() => rows.scrollToIndex(line, { align: "center" }), wait);
  };
  const back = () => {
    setFollow(false);
    void store.earlier();
  };
  const toEnd = (checked: boolean) => {
    setFollow(checked);
    if (checked && !store.atEnd) void store.toEnd();
  };
  const current = search.offsets[search.at];
  const marked = current === undefined ? null : store.lineOf(current);
  return (
    <>
      <div className="tools middle log-tools">
        <LogSearchBox search={search} value={typed} onValue={setTyped} onStep={(way) => void go(way)} />
        <Switch label={texts.runPage.wrap} checked={wrap} onChange={(_, { checked }) => setWrap(checked)} />
        <Switch label={texts.runPage.follow} checked={follow} onChange={(_, { checked }) => toEnd(checked)} />
        {piece.ended && <span className="soft">{texts.runPage.logEnded}</span>}
      </div>
      <Failure error={piece.error ?? search.error} />
      {!piece.loaded && <Loading />}
      {piece.start > 0 && (
        <Button size="small" className="log-earlier" onClick={back}>
          {texts.runPage.earlierLines}
        </Button>
      )}
      <section
        className={wrap ? "text log wrap" : "text log"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={look}
        aria-label={name}
        role="log"
        aria-live="off"
      >
        {piece.loaded && piece.bytes.length === 0 && none}
        <div className="log-lines" style={{ height }}>
          {rows.getVirtualItems().map(({ key, index, start }) => (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={index === marked ? "log-line current" : "log-line"}
              style={{ transform: `translateY(${start}px)` }}
            >
              <LogLine text={store.line(index)} wanted={search.text.toLowerCase()} />
            </div>
          ))}
        </div>
      </section>
    </>
  );
}
