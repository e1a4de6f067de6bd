import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  ProgressBar,
} from "@fluentui/react-components";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { texts } from "../../../lib/texts";
import { messageOf } from "../../../ui/Failure";
import { type Failed, inTurns, type Outcome } from "./inTurns";

interface BulkDialogProps {
  title: string;
  what: string;
  action: string;
  ids: readonly string[];
  nameOf: (id: string) => string;
  work: (id: string) => Promise<unknown>;
  /** Whether the fields are filled in. */
  ready?: boolean;
  children?: ReactNode;
  /** Told of all that were changed, also where some were not. */
  onChanged: (ids: string[]) => void;
  onClose: () => void;
}

/** Failures that are listed. */
const LISTED = 20;

/** Says what will happen to the runs, does it, and tells how far it is and which could not be changed. */
export function BulkDialog(props: BulkDialogProps) {
  const { title, what, action, ids, ready = true, children, onClose } = props;
  const { outcome, total, running, stopped, start, stop } = useBulk(props);
  const failed = outcome?.failed ?? [];
  const over = outcome !== null && !running;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !running) void start(over ? failed.map((one) => one.id) : ids);
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !running && onClose()}>
      <DialogSurface aria-describedby={undefined}>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className="fields">
              <p>{what}</p>
              {!outcome && children}
              <div role="status">
                {running && <p>{texts.table.progress(doneOf(outcome), total)}</p>}
                {stopped && !running && <p>{texts.table.stopped(outcome?.done.length ?? 0, total)}</p>}
              </div>
              {running && <ProgressBar aria-label={title} value={doneOf(outcome)} max={total} />}
              {over && failed.length > 0 && <Failures failed={failed} total={total} nameOf={props.nameOf} />}
            </DialogContent>
            <DialogActions>
              {running ? (
                <Button onClick={stop}>{texts.table.stop}</Button>
              ) : (
                <Button onClick={onClose}>{over ? texts.table.close : texts.table.cancel}</Button>
              )}
              {(!over || failed.length > 0) && (
                <Button type="submit" appearance="primary" disabled={!ready || running || ids.length === 0}>
                  {over ? texts.table.retry : action}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

function useBulk({ work, onChanged, onClose }: BulkDialogProps) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [total, setTotal] = useState(0);
  const [running, setRunning] = useState(false);
  const [stopped, setStopped] = useState(false);
  const control = useRef<AbortController | null>(null);
  const start = async (ids: readonly string[]) => {
    control.current = new AbortController();
    const { signal } = control.current;
    setTotal(ids.length);
    setOutcome({ done: [], failed: [] });
    setStopped(false);
    setRunning(true);
    const found = await inTurns(ids, work, { signal, onProgress: setOutcome });
    setOutcome(found);
    setRunning(false);
    setStopped(signal.aborted);
    if (found.done.length > 0) onChanged(found.done);
    if (found.done.length === ids.length) onClose();
  };
  return { outcome, total, running, stopped, start, stop: () => control.current?.abort() };
}

interface FailuresProps {
  failed: Failed[];
  total: number;
  nameOf: (id: string) => string;
}

function Failures({ failed, total, nameOf }: FailuresProps) {
  return (
    <div className="failure" role="alert">
      <div>
        <p>{texts.table.failedOf(failed.length, total)}</p>
        <ul className="failed-list">
          {failed.slice(0, LISTED).map(({ id, error }) => (
            <li key={id}>
              <strong>{nameOf(id)}</strong>: {messageOf(error)}
            </li>
          ))}
          {failed.length > LISTED && <li>{texts.table.moreFailed(failed.length - LISTED)}</li>}
        </ul>
      </div>
    </div>
  );
}

function doneOf(outcome: Outcome | null): number {
  return outcome ? outcome.done.length + outcome.failed.length : 0;
}
