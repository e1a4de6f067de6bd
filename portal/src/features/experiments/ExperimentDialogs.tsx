import { Button, Field, Input, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { createExperiment, type Experiment, renameExperiment, setExperimentTag } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { ActDialog } from "../../ui/ActDialog";
import { useMay } from "../workspaces/rights";
import { DESCRIPTION, descriptionOf } from "./experiment";
import { useExperimentChanged } from "./queries";

/** Makes an experiment; not there for who may not. */
export function CreateButton({ onCreated }: { onCreated: (id: string) => void }) {
  const mayWrite = useMay("experiment:write");
  const [open, setOpen] = useState(false);
  if (!mayWrite) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{texts.table.newExperiment}</Button>
      {open && <CreateDialog onCreated={onCreated} onClose={() => setOpen(false)} />}
    </>
  );
}

function CreateDialog({ onCreated, onClose }: { onCreated: (id: string) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const changed = useExperimentChanged();
  const create = async () => {
    const tags = description.trim() ? [{ key: DESCRIPTION, value: description.trim() }] : [];
    const { experiment_id: id } = await createExperiment(name.trim(), tags);
    void changed(id);
    onCreated(id);
  };
  return (
    <ActDialog
      title={texts.table.newExperiment}
      what={texts.table.newWhat}
      verb={texts.table.create}
      act={create}
      unready={!name.trim()}
      onClose={onClose}
    >
      <Field label={texts.name} required>
        <Input value={name} maxLength={500} onChange={(_, { value }) => setName(value)} autoComplete="off" />
      </Field>
      <Description value={description} onValue={setDescription} />
    </ActDialog>
  );
}

interface ExperimentDialogProps {
  experiment: Experiment;
  onDone: () => void;
  onClose: () => void;
}

export function RenameDialog({ experiment, ...ends }: ExperimentDialogProps) {
  const [name, setName] = useState(experiment.name);
  return (
    <ActDialog
      title={texts.table.renameExperiment}
      what={texts.table.renameExperimentWhat}
      verb={texts.table.rename}
      act={() => renameExperiment(experiment.experiment_id, name.trim())}
      unready={!name.trim()}
      {...ends}
    >
      <Field label={texts.name} required>
        <Input value={name} maxLength={500} onChange={(_, { value }) => setName(value)} autoComplete="off" />
      </Field>
    </ActDialog>
  );
}

export function DescriptionDialog({ experiment, ...ends }: ExperimentDialogProps) {
  const [description, setDescription] = useState(descriptionOf(experiment));
  return (
    <ActDialog
      title={texts.table.editDescription}
      what={texts.table.descriptionWhat}
      verb={texts.table.save}
      act={() => setExperimentTag(experiment.experiment_id, DESCRIPTION, description.trim())}
      {...ends}
    >
      <Description value={description} onValue={setDescription} />
    </ActDialog>
  );
}

function Description({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  return (
    <Field label={texts.description}>
      <Textarea value={value} rows={4} maxLength={5000} onChange={(_, { value: typed }) => onValue(typed)} />
    </Field>
  );
}
