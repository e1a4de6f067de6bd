import { useState } from "react";
import { texts } from "../../../lib/texts";
import { Failure } from "../../../ui/Failure";
import { Loading } from "../../../ui/Loading";
import { type Shared, useShared } from "./queries";

interface SharedFolderProps {
  /** The runs that have it. */
  runIds: string[];
  path: string;
  chosen?: string;
  onOpen: (path: string) => void;
}

/** What a folder holds in some of the runs, with how many have it. */
export function SharedFolder(props: SharedFolderProps) {
  const { data: found, error } = useShared(props.runIds, props.path);
  if (!found) return error ? <Failure error={error} /> : <Loading />;
  if (found.length === 0) return <p className="soft">{props.path ? texts.emptyFolder : texts.noArtifacts}</p>;
  return (
    <ul>
      {found.map((one) => (
        <li key={one.path}>{one.isDir ? <Closed {...props} of={one} /> : <File {...props} of={one} />}</li>
      ))}
    </ul>
  );
}

type EntryProps = SharedFolderProps & { of: Shared };

function Closed({ of, chosen, onOpen }: EntryProps) {
  const [open, setOpen] = useState(chosen?.startsWith(`${of.path}/`) ?? false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cut">{nameOf(of)}/</summary>
      {open && <SharedFolder runIds={[...of.sizes.keys()]} path={of.path} chosen={chosen} onOpen={onOpen} />}
    </details>
  );
}

function File({ of, chosen, onOpen }: EntryProps) {
  return (
    <button
      type="button"
      className="file"
      aria-current={of.path === chosen ? "true" : undefined}
      onClick={() => onOpen(of.path)}
    >
      <span className="cut">{nameOf(of)}</span>
      <span className="soft">{texts.comparing.inRuns(of.sizes.size)}</span>
    </button>
  );
}

function nameOf({ path }: Shared): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
