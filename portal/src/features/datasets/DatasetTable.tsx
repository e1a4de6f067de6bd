import type { DatasetInput } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { Chip } from "../../ui/Chip";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";

const CONTEXT = "mlflow.data.context";
const heads = [texts.name, texts.models.digest, texts.models.context, texts.models.sourceType, texts.tags];

/** The data that a run read. */
export function DatasetTable({ inputs }: { inputs: DatasetInput[] }) {
  return (
    <Scroll label={texts.models.datasets}>
      <table className="table">
        <TableHead heads={heads} />
        <tbody>
          {inputs.map(({ dataset, tags = [] }) => (
            <tr key={`${dataset.name} ${dataset.digest}`}>
              <th scope="row" className="name">
                {dataset.name}
              </th>
              <td className="name">
                <code>{dataset.digest}</code>
              </td>
              <td className="name">{tags.find((tag) => tag.key === CONTEXT)?.value || texts.nothing}</td>
              <td className="name" title={dataset.source.slice(0, 500)}>
                {dataset.source_type}
              </td>
              <td>
                <ul className="chips few">
                  {tags
                    .filter((tag) => tag.key !== CONTEXT)
                    .map(({ key, value }) => (
                      <Chip key={key} title={`${key}: ${value}`}>
                        {key}: {value}
                      </Chip>
                    ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
