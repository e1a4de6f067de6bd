import { Dialog, DialogSurface } from "@fluentui/react-components";
import { type Asked, Question } from "./Question";

interface ActDialogProps extends Asked {
  /** What will happen. */
  what: string;
  /** What stands on the button that does it. */
  verb: string;
  onDone?: () => void;
  onClose: () => void;
}

/** A question that something else than a button of its own has opened, such as a menu. */
export function ActDialog({ what, children, onDone, onClose, ...asked }: ActDialogProps) {
  const done = () => {
    onDone?.();
    onClose();
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface aria-describedby={undefined}>
        <Question {...asked} onDone={done}>
          <p>{what}</p>
          {children}
        </Question>
      </DialogSurface>
    </Dialog>
  );
}
