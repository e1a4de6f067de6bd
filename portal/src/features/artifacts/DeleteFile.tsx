import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { useMay } from "../workspaces/rights";
import type { Files } from "./files";

/** Deletes a file or folder, once it is sure; not there where that cannot be. */
export function DeleteFile({ from, path }: { from: Files; path: string }) {
  const mayWrite = useMay("run:write");
  const { remove } = from;
  if (!mayWrite || !remove) return null;
  return (
    <ActButton
      label={texts.runPage.deleteFile}
      appearance="subtle"
      title={texts.runPage.deleteFileSure(path)}
      no={texts.runPage.keepIt}
      act={() => remove(path)}
      changes={[["folder", from.key]]}
    >
      <p>{texts.runPage.deleteFileWhat}</p>
    </ActButton>
  );
}
