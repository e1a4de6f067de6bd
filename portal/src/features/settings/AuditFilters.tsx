import { Button } from "@fluentui/react-components";
import { type FormEvent, useEffect, useState } from "react";
import { texts } from "../../lib/texts";
import { TextField } from "../../ui/fields";
import type { AuditView } from "./views";

interface AuditFiltersProps {
  view: AuditView;
  onView: (view: AuditView) => void;
  /** What stands in the log, as far as it is loaded. */
  known: Record<"user" | "action" | "workspace", readonly string[]>;
  everywhere: boolean;
}

/** Which entries of the log to list. */
export function AuditFilters({ view, onView, known, everywhere }: AuditFiltersProps) {
  const [said, setSaid] = useState(view);
  useEffect(() => setSaid(view), [view]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onView(said);
  };
  const field = (key: keyof AuditView) => ({
    value: said[key] ?? "",
    onValue: (value: string) => setSaid({ ...said, [key]: value || undefined }),
  });
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <TextField label={texts.user} choices={known.user} {...field("user")} />
      <TextField label={texts.settings.action} choices={known.action} {...field("action")} />
      {everywhere && <TextField label={texts.workspace} choices={known.workspace} {...field("workspace")} />}
      <TextField label={texts.settings.anywhere} {...field("text")} />
      <TextField label={texts.settings.from} type="datetime-local" {...field("since")} />
      <TextField label={texts.settings.until} type="datetime-local" {...field("until")} />
      <div className="acts">
        <Button type="submit" appearance="primary">
          {texts.apply}
        </Button>
        {Object.keys(view).length > 0 && <Button onClick={() => onView({})}>{texts.clear}</Button>}
      </div>
    </form>
  );
}
