import { Field, Select } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import type { KeyColumn } from "../runs/view";

interface FieldSelectProps {
  label: string;
  fields: KeyColumn[];
  chosen: KeyColumn;
  onChosen: (id: string) => void;
}

/** Which param or metric an axis has. */
export function FieldSelect({ label, fields, chosen, onChosen }: FieldSelectProps) {
  return (
    <Field label={label} className="axis-field">
      <Select value={chosen.id} onChange={(_, { value }) => onChosen(value)}>
        {fields.map(({ id, key, kind }) => (
          <option key={id} value={id}>
            {texts.fieldOf(key, kind)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
