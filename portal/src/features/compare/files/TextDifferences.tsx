import { texts } from "../../../lib/texts";
import { Failure } from "../../../ui/Failure";
import { Loading } from "../../../ui/Loading";
import { filesOfRun } from "../../artifacts/files";
import { type Piece, useDifferences } from "./queries";

const SIGNS = { same: "  ", added: "+ ", removed: "− " };

interface TextDifferencesProps {
  first: string;
  other: string;
  path: string;
  sizes: [number, number];
}

/** A run's text; lines that the first run's has not, or has in their place, are marked by signs and colours. */
export function TextDifferences({ first, other, path, sizes }: TextDifferencesProps) {
  const { data: pieces, error } = useDifferences(filesOfRun(first), filesOfRun(other), path, sizes);
  if (!pieces) return error ? <Failure error={error} /> : <Loading />;
  const same = first !== other && pieces.every((piece) => piece.kind === "same");
  return (
    <>
      {same && <p className="soft">{texts.comparing.same}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="text" tabIndex={0}>
        {pieces.map((piece, index) => (
          <Marked key={index} piece={piece} plain={first === other || same} />
        ))}
      </pre>
    </>
  );
}

function Marked({ piece: { text, kind }, plain }: { piece: Piece; plain: boolean }) {
  if (plain) return text;
  const lines = text.replace(/\n$/, "").split("\n");
  const marked = lines.map((line) => `${SIGNS[kind]}${line}\n`).join("");
  if (kind === "added") return <ins>{marked}</ins>;
  return kind === "removed" ? <del>{marked}</del> : marked;
}
