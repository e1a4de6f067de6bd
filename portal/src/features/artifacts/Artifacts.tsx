import type { Run } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { isUnderWay } from "../runs/run";
import { FilePreview } from "./FilePreview";
import { Folder } from "./Folder";

interface ArtifactsProps {
  run: Run;
  path?: string;
  onOpen: (path: string) => void;
}

/** The files of a run, and one of them. */
export function Artifacts({ run, path, onOpen }: ArtifactsProps) {
  const live = isUnderWay(run);
  return (
    <div className="artifacts">
      <nav className="tree" aria-label={texts.artifacts}>
        <Folder runId={run.info.run_id} path="" live={live} chosen={path} onOpen={onOpen} />
      </nav>
      <section className="preview" aria-label={path ?? texts.artifacts}>
        {path ? (
          <FilePreview key={path} runId={run.info.run_id} path={path} />
        ) : (
          <p className="soft">{texts.chooseFile}</p>
        )}
      </section>
    </div>
  );
}
