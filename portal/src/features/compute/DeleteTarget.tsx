import { type ComputeTarget, deleteCompute } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { useMay } from "../workspaces/rights";
import { COMPUTE_CHANGES } from "./queries";
import { busyCount, isLeaving } from "./target";

/** Deletes a target, after telling what becomes of its jobs; not there for who may not. */
export function DeleteTarget({ target }: { target: ComputeTarget }) {
  if (!useMay("compute:write") || isLeaving(target)) return null;
  return (
    <ActButton
      label={texts.steering.delete}
      of={target.name}
      title={texts.steering.deleteTarget(target.name)}
      act={() => deleteCompute(target.name)}
      changes={COMPUTE_CHANGES}
    >
      <p>{texts.steering.deleteTargetWhat(busyCount(target), target.queued)}</p>
    </ActButton>
  );
}
