import { Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
import { useMemo, useState } from "react";
import { deleteRunTag, setRunTag } from "../../../api/mlflow";
import { texts } from "../../../lib/texts";
import { isInternal } from "../columns";
import { keysIn, type RunRow, textIn } from "../table/row";
import { BulkDialog } from "./BulkDialog";

interface TagDialogProps {
  rows: RunRow[];
  onChanged: (ids: string[]) => void;
  onClose: () => void;
}

/** Sets a tag on runs, or removes it from those that have it. */
export function TagDialog({ rows, onChanged, onClose }: TagDialogProps) {
  const [removing, setRemoving] = useState(false);
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const keys = useMemo(() => [...keysIn(rows, "tags")].filter((one) => !isInternal(one)).sort(), [rows]);
  const having = rows.filter((row) => textIn(row, "tags", key) !== undefined);
  const chosen = removing ? having : rows;
  const names = new Map(rows.map((row) => [row.id, row.name]));
  const whatToDo = removing ? texts.table.removeWhat(having.length, rows.length) : texts.table.setWhat(rows.length);
  return (
    <BulkDialog
      title={texts.table.tagTitle(rows.length)}
      what={whatToDo}
      action={removing ? texts.table.removeTag : texts.table.setTag}
      ids={chosen.map((row) => row.id)}
      nameOf={(id) => names.get(id) ?? id}
      work={(id) => (removing ? deleteRunTag(id, key) : setRunTag(id, key, value))}
      ready={key !== ""}
      onChanged={onChanged}
      onClose={onClose}
    >
      <RadioGroup
        layout="horizontal"
        aria-label={texts.table.tag}
        value={removing ? "remove" : "set"}
        onChange={(_, data) => setRemoving(data.value === "remove")}
      >
        <Radio value="set" label={texts.table.setTag} />
        <Radio value="remove" label={texts.table.removeTag} />
      </RadioGroup>
      <Field label={texts.key} required>
        <Input list="tag-keys" value={key} onChange={(_, data) => setKey(data.value)} autoComplete="off" />
      </Field>
      <datalist id="tag-keys">
        {keys.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      {!removing && (
        <Field label={texts.value}>
          <Input value={value} onChange={(_, data) => setValue(data.value)} autoComplete="off" />
        </Field>
      )}
    </BulkDialog>
  );
}
