import { Checkbox, Field, Input, Select, Textarea } from "@fluentui/react-components";
import { type HTMLInputTypeAttribute, useId } from "react";

interface TextFieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  problem?: string;
  required?: boolean;
  type?: Extract<HTMLInputTypeAttribute, "text" | "password" | "email" | "number" | "datetime-local">;
  min?: number;
  max?: number;
  step?: number | "any";
  /** What may be meant. */
  choices?: readonly string[];
  lines?: number;
}

/** A box to write in, with its name above and what is to be known below. */
export function TextField({
  label,
  value,
  onValue,
  hint,
  problem,
  required,
  choices,
  lines,
  ...input
}: TextFieldProps) {
  const list = useId();
  return (
    <Field label={label} hint={hint} required={required} validationMessage={problem}>
      {lines ? (
        <Textarea rows={lines} value={value} onChange={(_, { value: typed }) => onValue(typed)} />
      ) : (
        <Input
          {...input}
          value={value}
          autoComplete={input.type === "password" ? "new-password" : "off"}
          spellCheck={false}
          list={choices && list}
          onChange={(_, { value: typed }) => onValue(typed)}
        />
      )}
      {choices && (
        <datalist id={list}>
          {choices.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </Field>
  );
}

interface ChoiceFieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  choices: readonly (readonly [value: string, name: string])[];
  hint?: string;
}

/** One of several. */
export function ChoiceField({ label, value, onValue, choices, hint }: ChoiceFieldProps) {
  return (
    <Field label={label} hint={hint} className="choice">
      <Select value={value} onChange={(_, { value: chosen }) => onValue(chosen)}>
        {choices.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

interface YesNoFieldProps {
  label: string;
  value: boolean;
  onValue: (value: boolean) => void;
}

export function YesNoField({ label, value, onValue }: YesNoFieldProps) {
  return <Checkbox label={label} checked={value} onChange={(_, { checked }) => onValue(checked === true)} />;
}
