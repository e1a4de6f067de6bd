import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { KeyValue } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { Chip } from "../../ui/Chip";
import { Failure } from "../../ui/Failure";
import { TextField } from "../../ui/fields";

interface TagEditorProps {
  tags: KeyValue[] | undefined;
  mayWrite: boolean;
  changes: readonly QueryKey[];
  onSet: (key: string, value: string) => Promise<unknown>;
  onRemove: (key: string) => Promise<unknown>;
}

/** Tags as chips; whoever may takes them away and adds others. */
export function TagEditor({ tags = [], mayWrite, changes, onSet, onRemove }: TagEditorProps) {
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: onRemove,
    onSettled: () => Promise.all(changes.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <section aria-labelledby="tags">
      <div className="section-head">
        <h2 id="tags">{texts.tags}</h2>
        {mayWrite && <AddTag changes={changes} onSet={onSet} />}
      </div>
      <Failure error={removal.error} />
      {tags.length === 0 && <p className="soft">{texts.noTags}</p>}
      <ul className="chips">
        {tags.map(({ key, value }) => (
          <Chip
            key={key}
            title={`${key}: ${value}`}
            removal={texts.models.removeTag(key)}
            busy={removal.isPending}
            onRemove={mayWrite ? () => removal.mutate(key) : undefined}
          >
            <span className="soft">{key}</span> {value}
          </Chip>
        ))}
      </ul>
    </section>
  );
}

function AddTag({ changes, onSet }: Pick<TagEditorProps, "changes" | "onSet">) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const clear = () => {
    setKey("");
    setValue("");
  };
  return (
    <ActButton
      label={texts.models.addTag}
      title={texts.models.addTag}
      verb={texts.models.add}
      act={() => onSet(key.trim(), value)}
      changes={changes}
      unready={!key.trim()}
      onOpen={clear}
    >
      <TextField label={texts.key} value={key} onValue={setKey} required />
      <TextField label={texts.value} value={value} onValue={setValue} />
    </ActButton>
  );
}
