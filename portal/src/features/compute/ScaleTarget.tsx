import { useState } from "react";
import { type ComputeTarget, updateCompute } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { useMay } from "../workspaces/rights";
import { COMPUTE_CHANGES } from "./queries";
import { ScaleFields } from "./ScaleFields";
import { nodesOf, problemOf, scaleOf } from "./scale";
import { isLeaving } from "./target";

/** Gives a target more or fewer nodes; not there for who may not. */
export function ScaleTarget({ target }: { target: ComputeTarget }) {
  const [scale, setScale] = useState(() => scaleOf(target));
  if (!useMay("compute:write") || isLeaving(target)) return null;
  return (
    <ActButton
      label={texts.steering.scale}
      of={target.name}
      title={texts.steering.scaleWhat(target.name)}
      act={() => updateCompute(target.name, nodesOf(scale))}
      changes={COMPUTE_CHANGES}
      unready={problemOf(scale) !== undefined}
      onOpen={() => setScale(scaleOf(target))}
    >
      <p className="soft">{texts.steering.scaleHow}</p>
      <ScaleFields scale={scale} onScale={setScale} />
    </ActButton>
  );
}
