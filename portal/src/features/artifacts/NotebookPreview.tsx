import { useMemo } from "react";
import { texts } from "../../lib/texts";
import { Loading } from "../../ui/Loading";
import { Markdown } from "../../ui/Markdown";
import { LogLine } from "../jobs/LogLine";
import type { PreviewProps } from "./FilePreview";
import { cellsOf, type Cell, type Output } from "./notebook";
import { useText } from "./queries";
import { TextPreview } from "./TextPreview";

const MOST = 24 * 1024 * 1024;

/** A notebook as it was left. Nothing of it runs: of what it showed there are texts, pictures and still pages. */
export function NotebookPreview(props: PreviewProps) {
  const { data: text } = useText(props.from, props.path, props.size, MOST);
  const cells = useMemo(() => (text === undefined ? undefined : cellsOf(text)), [text]);
  if (props.size > MOST || cells === null) return <TextPreview {...props} />;
  if (!cells) return <Loading />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="text notebook" tabIndex={0} aria-label={props.path}>
      {cells.map((cell, index) => (
        <CellView key={index} cell={cell} />
      ))}
    </section>
  );
}

function CellView({ cell }: { cell: Cell }) {
  if (cell.kind === "markdown")
    return (
      <div className="prose">
        <Markdown text={cell.source} />
      </div>
    );
  return (
    <div className="cell">
      <div className="soft cell-number">[{cell.number ?? " "}]</div>
      <pre className="cell-code">{cell.source}</pre>
      {cell.outputs.map((output, index) => (
        <OutputView key={index} output={output} />
      ))}
    </div>
  );
}

function OutputView({ output }: { output: Output }) {
  switch (output.kind) {
    case "image":
      return <img className="image" src={output.address} alt={texts.runPage.output} />;
    case "page":
      // Our own policy holds in it as well: no scripts, nothing from elsewhere.
      return <iframe className="framed small" title={texts.runPage.output} sandbox="" srcDoc={output.text} />;
    case "markdown":
      return (
        <div className="prose">
          <Markdown text={output.text} />
        </div>
      );
    default:
      return (
        <pre className={output.kind === "error" ? "cell-output error" : "cell-output"}>
          <LogLine text={output.text} wanted="" />
        </pre>
      );
  }
}
