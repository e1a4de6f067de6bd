import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogTitle,
  DialogTrigger,
} from "@fluentui/react-components";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { texts } from "../lib/texts";
import { Failure } from "./Failure";

export interface Asked {
  title: string;
  act: () => Promise<unknown>;
  /** What stands on the button that does nothing. */
  no?: string;
  /** What is asked for anew once it is done. */
  changes?: readonly QueryKey[];
  /** Whether it cannot be done yet. */
  unready?: boolean;
  children?: ReactNode;
}

interface QuestionProps extends Asked {
  /** What stands on the button that does it. */
  verb: string;
  onDone: () => void;
}

/** What a dialog asks: it does it when that is answered, and stays until it is done or tells why it is not. */
export function Question({ title, verb, no, act, changes = [], unready, onDone, children }: QuestionProps) {
  const client = useQueryClient();
  const done = useMutation({
    mutationFn: act,
    onSuccess: onDone,
    onSettled: () => {
      for (const queryKey of changes) void client.invalidateQueries({ queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!unready && !done.isPending) done.mutate();
  };
  return (
    <form onSubmit={submit}>
      <DialogBody>
        <DialogTitle className="break">{title}</DialogTitle>
        <DialogContent className="fields">
          {children}
          <Failure error={done.error} />
        </DialogContent>
        <DialogActions>
          <DialogTrigger disableButtonEnhancement>
            <Button>{no ?? texts.steering.no}</Button>
          </DialogTrigger>
          <Button type="submit" appearance="primary" disabled={unready || done.isPending}>
            {verb}
          </Button>
        </DialogActions>
      </DialogBody>
    </form>
  );
}
