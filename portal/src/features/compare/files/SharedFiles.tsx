import { texts } from "../../../lib/texts";
import type { Compared } from "../compared";
import type { CompareView } from "../view";
import { SharedFolder } from "./SharedFolder";
import { SideBySide } from "./SideBySide";

interface SharedFilesProps {
  runs: Compared[];
  hidden: ReadonlySet<string>;
  view: CompareView;
  onView: (view: Partial<CompareView>) => void;
}

/** The files that the runs have, and one of them in all runs that have it. */
export function SharedFiles({ runs, hidden, view, onView }: SharedFilesProps) {
  const ids = runs.map((one) => one.id);
  return (
    <div className="artifacts">
      <nav className="tree" aria-label={texts.artifacts}>
        <SharedFolder runIds={ids} path="" chosen={view.path} onOpen={(path) => onView({ path })} />
      </nav>
      <section className="preview" aria-label={view.path ?? texts.artifacts}>
        {view.path ? (
          <SideBySide key={view.path} runs={runs} hidden={hidden} path={view.path} />
        ) : (
          <p className="soft">{texts.comparing.chooseFile}</p>
        )}
      </section>
    </div>
  );
}
