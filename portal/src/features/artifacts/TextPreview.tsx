import { useMemo } from "react";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { Files } from "./files";
import { MOST_TEXT, useText } from "./queries";

interface TextPreviewProps {
  from: Files;
  path: string;
  size: number;
  json?: boolean;
}

/** A file as text, whatever it is: nothing in it is ever markup. */
export function TextPreview({ from, path, size, json = false }: TextPreviewProps) {
  const { data: text, error, isPending } = useText(from, path, size);
  const shown = useMemo(() => (json && text ? laidOut(text) : text), [json, text]);
  if (isPending && !error) return <Loading />;
  return (
    <>
      <Failure error={error} />
      {size > MOST_TEXT && <p className="soft">{texts.cut(formatBytes(MOST_TEXT), formatBytes(size))}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="text" tabIndex={0}>
        {shown}
      </pre>
    </>
  );
}

/** JSON with a line for each of its parts; anything else as it is. */
export function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
