import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { texts } from "../lib/texts";
import { Failure } from "./Failure";

interface ActDialogProps {
  title: string;
  /** What will happen. */
  what: string;
  action: string;
  act: () => Promise<unknown>;
  /** Whether the fields are filled in. */
  ready?: boolean;
  children?: ReactNode;
  onDone?: () => void;
  onClose: () => void;
}

/** Says what will happen, does it, and stays with the reason where that fails. */
export function ActDialog({ title, what, action, act, ready = true, children, onDone, onClose }: ActDialogProps) {
  const acting = useMutation({
    mutationFn: act,
    onSuccess: () => {
      onDone?.();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !acting.isPending) acting.mutate();
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface aria-describedby={undefined}>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className="dialog-content">
              <p>{what}</p>
              {children}
              <Failure error={acting.error} />
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{texts.table.cancel}</Button>
              <Button type="submit" appearance="primary" disabled={!ready || acting.isPending}>
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
