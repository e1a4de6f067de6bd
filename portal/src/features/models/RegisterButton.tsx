import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { NewVersion } from "../../api/registry";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { TextField } from "../../ui/fields";
import { useDelayed } from "../../ui/useDelayed";
import { useMay } from "../workspaces/rights";
import { VersionLink } from "./links";
import { REGISTRY_CHANGES, useModels } from "./queries";
import { register } from "./register";

interface RegisterButtonProps {
  /** What is registered, for people. */
  what: string;
  source: string;
  runId?: string;
  modelId?: string;
}

/** Registers a model under a new name, or as another version of one that is there; for who may. */
export function RegisterButton(props: RegisterButtonProps) {
  const [open, setOpen] = useState(false);
  if (!useMay("model:write")) return null;
  return (
    <Dialog open={open} onOpenChange={(_, { open: to }) => setOpen(to)}>
      <DialogTrigger disableButtonEnhancement>
        <Button size="small" aria-label={`${texts.models.register}: ${props.what}`}>
          {texts.models.register}
        </Button>
      </DialogTrigger>
      <DialogSurface>{open && <Question {...props} />}</DialogSurface>
    </Dialog>
  );
}

function Question({ what, source, runId, modelId }: RegisterButtonProps) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const written = name.trim();
  const made = useMutation({
    mutationFn: (version: NewVersion) => register(version),
    onSettled: () => {
      for (const queryKey of REGISTRY_CHANGES) void client.invalidateQueries({ queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (written && !made.isPending)
      made.mutate({ name: written, source, ...(runId && { run_id: runId }), ...(modelId && { model_id: modelId }) });
  };
  return (
    <form onSubmit={submit}>
      <DialogBody>
        <DialogTitle className="break">{texts.models.registerTitle(what)}</DialogTitle>
        <DialogContent className="fields">
          {made.data ? (
            <p className="break" role="status">
              {texts.models.registerDone}{" "}
              <VersionLink name={made.data.name} version={made.data.version}>
                {texts.models.showModel(made.data.name, made.data.version)}
              </VersionLink>
            </p>
          ) : (
            <NameField name={name} onName={setName} />
          )}
          <Failure error={made.error} />
        </DialogContent>
        <DialogActions>
          <DialogTrigger disableButtonEnhancement>
            <Button>{made.data ? texts.models.close : texts.models.dismiss}</Button>
          </DialogTrigger>
          {!made.data && (
            <Button type="submit" appearance="primary" disabled={!written || made.isPending}>
              {texts.models.register}
            </Button>
          )}
        </DialogActions>
      </DialogBody>
    </form>
  );
}

/** A name, with those that are there to choose from. */
function NameField({ name, onName }: { name: string; onName: (name: string) => void }) {
  const { data } = useModels(useDelayed(name.trim()));
  const there = data?.pages.flatMap((page) => page.registered_models ?? []) ?? [];
  const known = there.some((one) => one.name === name.trim());
  const hint = !name.trim() ? texts.models.registerHint : known ? texts.models.registerKnown : texts.models.registerNew;
  return (
    <TextField
      label={texts.models.registerName}
      value={name}
      onValue={onName}
      hint={hint}
      choices={there.map((one) => one.name)}
      required
    />
  );
}
