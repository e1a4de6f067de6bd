import { Button, Field, Input } from "@fluentui/react-components";
import { type FormEvent, useEffect, useState } from "react";
import { texts } from "../lib/texts";

interface FilterFormProps {
  filter: string;
  /** An example of a filter. */
  hint: string;
  /** What the server has against it. */
  problem?: string;
  onFilter: (filter: string) => void;
}

/** A filter in MLflow's language. */
export function FilterForm({ filter, hint, problem, onFilter }: FilterFormProps) {
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onFilter(text.trim());
  };
  return (
    <form className="filter" onSubmit={apply} role="search">
      <Field
        className="filter-field"
        validationState={problem ? "error" : "none"}
        validationMessage={problem ? { children: problem, role: "alert" } : undefined}
      >
        <Input
          aria-label={texts.filter}
          className="mono"
          placeholder={hint}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
      <Button type="submit" appearance="primary">
        {texts.apply}
      </Button>
      {filter && <Button onClick={() => onFilter("")}>{texts.clear}</Button>}
    </form>
  );
}
