import { Button, type ButtonProps, Dialog, DialogSurface, DialogTrigger } from "@fluentui/react-components";
import { useState } from "react";
import { type Asked, Question } from "./Question";

interface ActButtonProps extends Asked {
  /** What stands on the button. */
  label: string;
  /** What it is done to: told to those who do not see what stands beside the button. */
  of?: string;
  /** What stands on the button that does it, if that is something else. */
  verb?: string;
  appearance?: ButtonProps["appearance"];
  small?: boolean;
  onOpen?: () => void;
}

/** A button that asks, and does it when that is answered; it stays open until it is done, and tells why it is not. */
export function ActButton({ label, of, verb = label, appearance, small = true, onOpen, ...asked }: ActButtonProps) {
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
          appearance={appearance}
          aria-label={of ? `${label}: ${of}` : undefined}
        >
          {label}
        </Button>
      </DialogTrigger>
      <DialogSurface>{open && <Question {...asked} verb={verb} onDone={() => setOpen(false)} />}</DialogSurface>
    </Dialog>
  );
}
