import type { Place } from "../../../api/errors";
import { texts } from "../../../lib/texts";
import { partsOf } from "./parts";

/** Characters that are shown before and behind what is wrong. */
const AROUND = 60;

/** A filter with what is wrong in it marked, not by colour alone; the end of it where something is missing there. */
export function MarkedText({ text, place }: { text: string; place: Place }) {
  const [before, wrong, after] = partsOf(text, place);
  return (
    <code className="marked">
      {before.length > AROUND ? `…${before.slice(-AROUND)}` : before}
      <mark title={texts.table.wrongHere}>{wrong || "␣"}</mark>
      {after.length > AROUND ? `${after.slice(0, AROUND)}…` : after}
    </code>
  );
}
