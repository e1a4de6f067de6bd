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
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { useMayWrite } from "../workspaces/queries";
import type { Files } from "./files";

/** Deletes a file or folder, once it is sure; not there where that cannot be. */
export function DeleteFile({ from, path }: { from: Files; path: string }) {
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const remove = useMutation({
    mutationFn: () => from.remove?.(path) ?? Promise.resolve(),
    onSettled: () => client.invalidateQueries({ queryKey: ["folder", from.key] }),
  });
  if (!mayWrite || !from.remove) return null;
  return (
    <>
      <Dialog>
        <DialogTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" disabled={remove.isPending}>
            {texts.runPage.deleteFile}
          </Button>
        </DialogTrigger>
        <DialogSurface>
          <DialogBody>
            <DialogTitle>{texts.runPage.deleteFileSure(path)}</DialogTitle>
            <DialogContent>{texts.runPage.deleteFileWhat}</DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{texts.runPage.keepIt}</Button>
              </DialogTrigger>
              <DialogTrigger disableButtonEnhancement>
                <Button appearance="primary" onClick={() => remove.mutate()}>
                  {texts.runPage.deleteFile}
                </Button>
              </DialogTrigger>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
      <Failure error={remove.error} />
    </>
  );
}
