import { useMemo, useState } from "react";
import { Button } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import { Loading } from "../../ui/Loading";
import type { PreviewProps } from "./FilePreview";
import { useText } from "./queries";
import { TextPreview } from "./TextPreview";

const MOST = 8 * 1024 * 1024;
const AT_ONCE = 100;

/** JSON as a tree; what is too long for one, or is none, as the text that it is. */
export function JsonPreview(props: PreviewProps) {
  return props.size > MOST ? <TextPreview {...props} /> : <Tree {...props} />;
}

function Tree(props: PreviewProps) {
  const { data: text, isPending } = useText(props.from, props.path, props.size, MOST);
  const parsed = useMemo(() => read(text), [text]);
  if (isPending) return <Loading />;
  if (!parsed) return <TextPreview {...props} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="text json" tabIndex={0} aria-label={props.path}>
      <Node value={parsed.value} open />
    </section>
  );
}

function Node({ name, value, open = false }: { name?: string; value: unknown; open?: boolean }) {
  const [shown, setShown] = useState(open);
  const [most, setMost] = useState(AT_ONCE);
  const label = name === undefined ? null : <span className="json-key">{name}: </span>;
  if (typeof value !== "object" || value === null) {
    return (
      <div className="json-leaf">
        {label}
        <span className={`json-${value === null ? "null" : typeof value}`}>{JSON.stringify(value)}</span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const list = Array.isArray(value);
  return (
    <details open={shown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        {label}
        <span className="soft">{list ? `[${entries.length}]` : `{${entries.length}}`}</span>
      </summary>
      {shown && (
        <div className="json-inner">
          {entries.slice(0, most).map(([key, inner]) => (
            <Node key={key} name={key} value={inner} />
          ))}
          {entries.length > most && (
            <Button size="small" onClick={() => setMost(most + 10 * AT_ONCE)}>
              {texts.more}
            </Button>
          )}
        </div>
      )}
    </details>
  );
}

function read(text: string | undefined): { value: unknown } | null {
  try {
    return text === undefined ? null : { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
