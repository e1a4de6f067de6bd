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
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { texts } from "../lib/texts";
import { Failure } from "./Failure";

interface ActButtonProps {
  /** What stands on the button. */
  label: string;
  /** What it is done to: told to those who do not see what stands beside the button. */
  of?: string;
  title: string;
  /** What stands on the button that does it, if that is something else. */
  verb?: string;
  /** What stands on the button that does nothing. */
  no?: string;
  act: () => Promise<unknown>;
  /** What is asked for anew once it is done. */
  changes?: readonly QueryKey[];
  /** Whether it cannot be done yet. */
  unready?: boolean;
  primary?: boolean;
  small?: boolean;
  onOpen?: () => void;
  children: ReactNode;
}

/** A button that asks, and does it when that is answered; it stays open until it is done, and tells why it is not. */
export function ActButton(props: ActButtonProps) {
  const { label, of, primary, small = true, onOpen } = props;
  const [open, setOpen] = useState(false);
  const change = (to: boolean) => {
    if (to) onOpen?.();
    setOpen(to);
  };
  return (
    <Dialog open={open} onOpenChange={(_, { open: to }) => change(to)}>
      <DialogTrigger disableButtonEnhancement>
        <Button
          size={small ? "small" : "medium"}
          appearance={primary ? "primary" : undefined}
          aria-label={of ? `${label}: ${of}` : undefined}
        >
          {label}
        </Button>
      </DialogTrigger>
      <DialogSurface>{open && <Question {...props} onDone={() => setOpen(false)} />}</DialogSurface>
    </Dialog>
  );
}

function Question({ title, label, verb, no, act, changes = [], unready, onDone, children }: Asked) {
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
            {verb ?? label}
          </Button>
        </DialogActions>
      </DialogBody>
    </form>
  );
}

type Asked = ActButtonProps & { onDone: () => void };
