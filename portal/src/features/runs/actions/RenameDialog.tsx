import { Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { renameRun } from "../../../api/mlflow";
import { texts } from "../../../lib/texts";
import type { RunRow } from "../table/row";
import { BulkDialog } from "./BulkDialog";

interface RenameDialogProps {
  row: RunRow;
  onChanged: (ids: string[]) => void;
  onClose: () => void;
}

export function RenameDialog({ row, onChanged, onClose }: RenameDialogProps) {
  const [name, setName] = useState(row.name);
  return (
    <BulkDialog
      title={texts.table.renameTitle}
      what={texts.table.renameWhat}
      action={texts.table.rename}
      ids={[row.id]}
      nameOf={() => row.name}
      work={(id) => renameRun(id, name.trim())}
      ready={name.trim() !== ""}
      onChanged={onChanged}
      onClose={onClose}
    >
      <Field label={texts.name} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} autoComplete="off" />
      </Field>
    </BulkDialog>
  );
}
