import type { ReactNode } from "react";
import type { FileInfo } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { FilePreview } from "./FilePreview";
import type { Files } from "./files";
import { Folder } from "./Folder";

interface ArtifactsProps {
  from: Files;
  /** Whether more may come. */
  live: boolean;
  path?: string;
  onOpen: (path: string) => void;
  /** What is shown above the files of a folder. */
  above?: (folder: string, files: FileInfo[]) => ReactNode;
}

/** Files in their folders, and one of them. */
export function Artifacts({ from, live, path, onOpen, above }: ArtifactsProps) {
  return (
    <div className="artifacts">
      <nav className="tree" aria-label={texts.artifacts}>
        {from.archive && (
          <a className="link folder-download" href={from.archive("")} download>
            {texts.runPage.downloadAll}
          </a>
        )}
        <Folder from={from} path="" live={live} chosen={path} onOpen={onOpen} above={above} />
      </nav>
      <section className="preview" aria-label={path ?? texts.artifacts}>
        {path ? <FilePreview key={path} from={from} path={path} /> : <p className="soft">{texts.chooseFile}</p>}
      </section>
    </div>
  );
}
