import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Code } from "../../ui/Code";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import type { Files } from "../artifacts/files";
import { FolderProblem } from "./FolderProblem";
import type { Flavour } from "./mlmodel";
import { useModelFolder, useModelText } from "./queries";

const REQUIREMENTS = "requirements.txt";

/** What a model's folder says of how it was made: flavours, size, what it needs. */
export function FolderPart({ from }: { from: Files }) {
  const { data: folder, error, refetch } = useModelFolder(from);
  if (!folder) return error ? <Failure error={error} again={() => void refetch()} /> : <Loading />;
  const { file } = folder;
  const size = folder.sizes.get(REQUIREMENTS);
  return (
    <>
      <section aria-labelledby="flavours">
        <h2 id="flavours">{texts.models.flavours}</h2>
        {file ? (
          <>
            <Facts
              facts={[
                [texts.models.modelSize, file.bytes === undefined ? null : formatBytes(file.bytes)],
                [texts.models.mlflowVersion, file.mlflow],
              ]}
            />
            <Flavours flavours={file.flavours} />
          </>
        ) : (
          <FolderProblem folder={folder} />
        )}
      </section>
      {size !== undefined && <Requirements from={from} size={size} />}
    </>
  );
}

function Flavours({ flavours }: { flavours: Flavour[] }) {
  if (flavours.length === 0) return null;
  return (
    <Scroll label={texts.models.flavours}>
      <table className="table">
        <TableHead heads={[texts.models.flavour, texts.models.details]} />
        <tbody>
          {flavours.map(({ name, details }) => (
            <tr key={name}>
              <th scope="row" className="name">
                {name}
              </th>
              <td className="value">{details}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Requirements({ from, size }: { from: Files; size: number }) {
  const { data: text, error } = useModelText(from, REQUIREMENTS, size);
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">{texts.models.requirements}</h2>
      <Failure error={error} />
      {text !== undefined && <Code label={REQUIREMENTS} text={text.trimEnd()} />}
    </section>
  );
}
