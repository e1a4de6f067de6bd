import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import { Code } from "../../ui/Code";

interface ShownTokenProps {
  token: string;
  onDone: () => void;
}

/** A token just made. It is kept nowhere, so this is the only time that it is seen. */
export function ShownToken({ token, onDone }: ShownTokenProps) {
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{texts.settings.tokenMade}</DialogTitle>
          <DialogContent className="fields">
            <p>{texts.settings.shownOnce}</p>
            <Code label={texts.settings.token} text={token} />
            <p className="soft">{texts.settings.tokenUse}</p>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onDone}>
              {texts.settings.done}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
