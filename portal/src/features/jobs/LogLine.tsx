import { memo, useMemo } from "react";
import { marked, spansOf } from "./ansi";

/** A line with its colours, and what is searched for marked. */
export const LogLine = memo(function LogLine({ text, wanted }: { text: string; wanted: string }) {
  const spans = useMemo(() => marked(spansOf(text), wanted), [text, wanted]);
  return spans.map(({ text: part, className, hit }, index) => {
    if (hit) return <mark key={index}>{part}</mark>;
    return className ? (
      <span key={index} className={className}>
        {part}
      </span>
    ) : (
      part
    );
  });
});
