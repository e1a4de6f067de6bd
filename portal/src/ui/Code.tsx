import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { texts } from "../lib/texts";

/** Code to copy. */
export function Code({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <figure className="code">
      <figcaption>
        {label}
        {navigator.clipboard && (
          <Button size="small" appearance="subtle" onClick={() => void copy()} aria-label={`${texts.copy}: ${label}`}>
            {copied ? texts.copied : texts.copy}
          </Button>
        )}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}
