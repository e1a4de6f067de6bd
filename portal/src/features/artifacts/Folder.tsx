import { type ReactNode, useState } from "react";
import type { FileInfo } from "../../api/mlflow";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { Files } from "./files";
import { useFolder } from "./queries";

interface FolderProps {
  from: Files;
  path: string;
  live: boolean;
  chosen?: string;
  onOpen: (path: string) => void;
  /** What is shown above the files of a folder. */
  above?: (folder: string, files: FileInfo[]) => ReactNode;
}

/** What a folder holds; folders in it are listed once they are opened. */
export function Folder(props: FolderProps) {
  const { data: files, error, isPending } = useFolder(props.from, props.path, props.live);
  if (isPending && !error) return <Loading />;
  if (!files) return <Failure error={error} />;
  if (files.length === 0) return <p className="soft">{props.path ? texts.emptyFolder : texts.noArtifacts}</p>;
  const sorted = [...files].sort((one, other) => Number(other.is_dir) - Number(one.is_dir));
  return (
    <>
      {props.above?.(props.path, files)}
      <ul>
        {sorted.map((file) => (
          <li key={file.path}>{file.is_dir ? <Closed {...props} file={file} /> : <File {...props} file={file} />}</li>
        ))}
      </ul>
    </>
  );
}

type EntryProps = FolderProps & { file: FileInfo };

function Closed({ file, ...rest }: EntryProps) {
  const [open, setOpen] = useState(rest.chosen?.startsWith(`${file.path}/`) ?? false);
  const archive = rest.from.archive?.(file.path);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cut">{nameOf(file)}/</summary>
      {open && archive && (
        <a className="link folder-download" href={archive} download>
          {texts.runPage.downloadFolder}
        </a>
      )}
      {open && <Folder {...rest} path={file.path} />}
    </details>
  );
}

function File({ file, chosen, onOpen }: EntryProps) {
  return (
    <button
      type="button"
      className="file"
      aria-current={file.path === chosen ? "true" : undefined}
      onClick={() => onOpen(file.path)}
    >
      <span className="cut">{nameOf(file)}</span>
      <span className="soft">{formatBytes(file.file_size ?? 0)}</span>
    </button>
  );
}

function nameOf(file: FileInfo): string {
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}
