import { Button } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { restoreExperiment, restoreRun } from "../../api/administration";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { useMay } from "../workspaces/rights";
import type { Kind } from "./PurgeButton";

const CHANGES = [["trash"], ["experiments"], ["runs"], ["recent-runs"]] as const;

interface RestoreProps {
  what: Kind;
  id: string;
  name: string;
  onRestored: (told: string) => void;
}

/** Brings a run or an experiment back; not there for who may not. */
export function RestoreButton({ what, id, name, onRestored }: RestoreProps) {
  const client = useQueryClient();
  const restore = useMutation({
    mutationFn: () => (what === "runs" ? restoreRun(id) : restoreExperiment(id)),
    onSuccess: () => onRestored(texts.settings.restored(name)),
    onSettled: () => Promise.all(CHANGES.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  if (!useMay(what === "runs" ? "run:write" : "experiment:write")) return null;
  return (
    <>
      <Button
        size="small"
        disabled={restore.isPending}
        aria-label={`${texts.settings.restore}: ${name}`}
        onClick={() => restore.mutate()}
      >
        {texts.settings.restore}
      </Button>
      <Failure error={restore.error} />
    </>
  );
}
