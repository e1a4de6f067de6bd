import { texts } from "../../lib/texts";
import type { ModelFolder } from "./mlmodel";

/** Why nothing is known of what a model's folder holds. */
export function FolderProblem({ folder }: { folder: ModelFolder }) {
  if (!folder.problem) return <p className="soft">{texts.models.noModelFile}</p>;
  return (
    <p className="note">
      {texts.models.badModelFile} {folder.problem}
    </p>
  );
}
