import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import type { Files } from "../artifacts/files";
import { Example } from "./Example";
import { FolderProblem } from "./FolderProblem";
import { useModelFolder } from "./queries";
import { SchemaTables } from "./SchemaTables";

/** What a model takes and gives, and an example of it. */
export function SchemaPart({ from }: { from: Files }) {
  const { data: folder, error, refetch } = useModelFolder(from);
  if (!folder) return error ? <Failure error={error} again={() => void refetch()} /> : <Loading />;
  const { file } = folder;
  if (!file) return <FolderProblem folder={folder} />;
  const size = folder.sizes.get(file.example ?? "");
  return (
    <>
      <section aria-labelledby="schema">
        <h2 id="schema">{texts.models.schema}</h2>
        {file.signature ? (
          <SchemaTables signature={file.signature} />
        ) : (
          <p className="soft">{texts.models.noSignature}</p>
        )}
      </section>
      <section aria-labelledby="example">
        <h2 id="example">{texts.models.example}</h2>
        {file.example && size !== undefined ? (
          <Example from={from} path={file.example} size={size} />
        ) : (
          <p className="soft">{texts.models.noExample}</p>
        )}
      </section>
    </>
  );
}
