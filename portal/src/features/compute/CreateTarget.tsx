import { useState } from "react";
import { createCompute } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { ChoiceField, TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { COMPUTE_CHANGES, useSizes } from "./queries";
import { ScaleFields } from "./ScaleFields";
import { nodesOf, problemOf, USUAL } from "./scale";
import { sizeText } from "./target";

const KIND = "cluster";
const NAME = /^[a-zA-Z][a-zA-Z0-9-]{1,23}$/;
const EMPTY = { name: "", size: "", description: "" };

/** Makes a cluster; not there for who may not. */
export function CreateTarget() {
  const [said, setSaid] = useState(EMPTY);
  const [scale, setScale] = useState(USUAL);
  const sizes = useSizes().data ?? [];
  if (!useMay("compute:write")) return null;
  const { name, size, description } = said;
  return (
    <ActButton
      label={texts.steering.createCluster}
      verb={texts.steering.create}
      title={texts.steering.createCluster}
      appearance="primary"
      small={false}
      act={() => createCompute({ name, kind: KIND, size, description, ...nodesOf(scale) })}
      changes={COMPUTE_CHANGES}
      unready={!NAME.test(name) || problemOf(scale) !== undefined}
      onOpen={() => {
        setSaid(EMPTY);
        setScale(USUAL);
      }}
    >
      <p className="soft">{texts.steering.clusterHow}</p>
      <TextField
        label={texts.name}
        required
        value={name}
        onValue={(to) => setSaid({ ...said, name: to })}
        hint={texts.steering.targetName}
        problem={name === "" || NAME.test(name) ? undefined : texts.steering.targetNameWrong}
      />
      <ChoiceField
        label={texts.size}
        value={size}
        onValue={(to) => setSaid({ ...said, size: to })}
        choices={[
          ["", texts.steering.usualSize],
          ...sizes.map((one) => [one.name, `${one.name} (${sizeText(one)})`] as const),
        ]}
      />
      <ScaleFields scale={scale} onScale={setScale} />
      <TextField
        label={texts.description}
        value={description}
        onValue={(to) => setSaid({ ...said, description: to })}
      />
    </ActButton>
  );
}
