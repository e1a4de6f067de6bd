import { texts } from "../../lib/texts";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import type { SchemaField, Signature } from "./mlmodel";

/** What a model takes and gives. */
export function SchemaTables({ signature }: { signature: Signature }) {
  return (
    <div className="columns">
      <SchemaTable title={texts.models.inputs} fields={signature.inputs} />
      <SchemaTable title={texts.models.outputs} fields={signature.outputs} />
      {signature.params.length > 0 && <SchemaTable title={texts.models.inferenceParams} fields={signature.params} />}
    </div>
  );
}

function SchemaTable({ title, fields }: { title: string; fields: SchemaField[] }) {
  const defaults = fields.some((field) => field.default !== undefined);
  const told = fields.some((field) => field.required !== undefined);
  const heads = [texts.name, texts.models.type];
  if (told) heads.push(texts.models.required);
  if (defaults) heads.push(texts.models.default);
  return (
    <section className="key-table">
      <h3>
        {title} <span className="soft">{fields.length}</span>
      </h3>
      {fields.length === 0 && <p className="soft">{texts.models.noFields}</p>}
      {fields.length > 0 && (
        <Scroll label={title}>
          <table className="table">
            <TableHead heads={heads} />
            <tbody>
              {fields.map((field) => (
                <tr key={field.name}>
                  <th scope="row">{field.name}</th>
                  <td className="value">
                    <code>{field.type}</code>
                  </td>
                  {told && <td>{field.required === undefined ? texts.nothing : yesNo(field.required)}</td>}
                  {defaults && <td className="value">{field.default ?? texts.nothing}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function yesNo(is: boolean): string {
  return is ? texts.models.yes : texts.models.no;
}
