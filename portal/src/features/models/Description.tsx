import type { QueryKey } from "@tanstack/react-query";
import { useState } from "react";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";

interface DescriptionProps {
  text: string | undefined;
  mayWrite: boolean;
  changes: readonly QueryKey[];
  onSave: (text: string) => Promise<unknown>;
}

/** What people wrote about something, and the way to write something else. */
export function Description({ text = "", mayWrite, changes, onSave }: DescriptionProps) {
  const [written, setWritten] = useState(text);
  return (
    <section aria-labelledby="description">
      <div className="section-head">
        <h2 id="description">{texts.description}</h2>
        {mayWrite && (
          <ActButton
            label={texts.models.edit}
            of={texts.description}
            title={texts.models.editDescription}
            verb={texts.models.save}
            act={() => onSave(written)}
            changes={changes}
            onOpen={() => setWritten(text)}
          >
            <TextField label={texts.description} value={written} onValue={setWritten} lines={8} />
          </ActButton>
        )}
      </div>
      {text ? <p className="prose">{text}</p> : <p className="soft">{texts.models.noDescription}</p>}
    </section>
  );
}
