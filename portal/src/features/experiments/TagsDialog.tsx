import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deleteExperimentTag, type Experiment, setExperimentTag } from "../../api/mlflow";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { isInternal } from "../runs/columns";

interface TagsDialogProps {
  experiment: Experiment;
  onDone: () => void;
  onClose: () => void;
}

/** The tags of an experiment but for those that programs keep there. Each change is made at once. */
export function TagsDialog({ experiment, onDone, onClose }: TagsDialogProps) {
  const id = experiment.experiment_id;
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const changing = useMutation({ mutationFn: (change: () => Promise<unknown>) => change(), onSuccess: onDone });
  const tags = (experiment.tags ?? []).filter((one) => !isInternal(one.key));
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!key.trim()) return;
    changing.mutate(async () => {
      await setExperimentTag(id, key.trim(), value);
      setKey("");
      setValue("");
    });
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface aria-describedby={undefined}>
        <form onSubmit={add}>
          <DialogBody>
            <DialogTitle>{texts.table.tagsOf(experiment.name)}</DialogTitle>
            <DialogContent className="fields">
              {tags.length === 0 && <p className="soft">{texts.noTags}</p>}
              <ul className="tag-list">
                {tags.map((one) => (
                  <li key={one.key}>
                    <span>
                      <strong>{one.key}</strong> {one.value}
                    </span>
                    <Button
                      size="small"
                      appearance="subtle"
                      disabled={changing.isPending}
                      aria-label={texts.table.removeTagNamed(one.key)}
                      title={texts.table.removeTagNamed(one.key)}
                      onClick={() => changing.mutate(() => deleteExperimentTag(id, one.key))}
                    >
                      ✕
                    </Button>
                  </li>
                ))}
              </ul>
              <Field label={texts.key}>
                <Input value={key} maxLength={250} onChange={(_, data) => setKey(data.value)} autoComplete="off" />
              </Field>
              <Field label={texts.value}>
                <Input value={value} maxLength={5000} onChange={(_, data) => setValue(data.value)} autoComplete="off" />
              </Field>
              <Failure error={changing.error} />
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{texts.table.close}</Button>
              <Button type="submit" appearance="primary" disabled={!key.trim() || changing.isPending}>
                {texts.table.addTag}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
