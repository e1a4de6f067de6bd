import type { FileInfo, Run } from "../../api/mlflow";
import { MODEL_FILE } from "./mlmodel";
import { RegisterFolder } from "./RunModels";

interface RegisterHereProps {
  run: Run;
  folder: string;
  files: FileInfo[];
}

/** The way to register a folder of a run that is a model. */
export function RegisterHere({ run, folder, files }: RegisterHereProps) {
  const isModel = files.some((file) => !file.is_dir && file.path.slice(file.path.lastIndexOf("/") + 1) === MODEL_FILE);
  return isModel ? <RegisterFolder run={run} path={folder} /> : null;
}
