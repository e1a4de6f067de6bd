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
import type { Job } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { useMayWrite } from "../workspaces/queries";
import { mayBeCancelled } from "./job";
import { useCancel } from "./queries";

/** Cancels a job, once it is sure; not there for who may not, and for jobs that are over. */
export function CancelButton({ job }: { job: Job }) {
  const cancel = useCancel(job.run_id);
  const mayWrite = useMayWrite();
  if (!mayWrite || !mayBeCancelled(job)) return null;
  return (
    <>
      <Dialog>
        <DialogTrigger disableButtonEnhancement>
          <Button size="small" disabled={cancel.isPending} aria-label={`${texts.cancel}: ${job.name}`}>
            {texts.cancel}
          </Button>
        </DialogTrigger>
        <DialogSurface>
          <DialogBody>
            <DialogTitle>{texts.cancelSure(job.name)}</DialogTitle>
            <DialogContent>{texts.cancelWhat}</DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{texts.keep}</Button>
              </DialogTrigger>
              <DialogTrigger disableButtonEnhancement>
                <Button appearance="primary" onClick={() => cancel.mutate()}>
                  {texts.cancel}
                </Button>
              </DialogTrigger>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
      <Failure error={cancel.error} />
    </>
  );
}
