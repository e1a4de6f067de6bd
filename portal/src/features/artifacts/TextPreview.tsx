import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { PreviewProps } from "./FilePreview";
import { MOST_TEXT, useText } from "./queries";

/** Bytes of a text that are shown when more is asked for. */
const MORE_TEXT = 16 * MOST_TEXT;

/** A file as text, whatever it is: nothing in it is ever markup. */
export function TextPreview({ from, path, size }: PreviewProps) {
  const [most, setMost] = useState(MOST_TEXT);
  const { data: text, error, isPending } = useText(from, path, size, most);
  if (isPending && !error) return <Loading />;
  return (
    <>
      <Failure error={error} />
      {size > most && (
        <p className="soft">
          {texts.cut(formatBytes(most), formatBytes(size))}{" "}
          {most < MORE_TEXT && (
            <Button size="small" onClick={() => setMost(MORE_TEXT)}>
              {texts.more}
            </Button>
          )}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="text" tabIndex={0}>
        {text}
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
