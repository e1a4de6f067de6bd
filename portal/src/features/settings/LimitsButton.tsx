import { useState } from "react";
import { setLimits } from "../../api/administration";
import type { Workspace } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { WORKSPACE_CHANGES } from "./queries";

const GB = 1e9;

/** Limits a workspace; not there for who may not. */
export function LimitsButton({ workspace }: { workspace: Workspace }) {
  const [said, setSaid] = useState(() => saidOf(workspace));
  if (!useMay("server:limit-write")) return null;
  const limits = limitsOf(said);
  return (
    <ActButton
      label={texts.settings.setLimits}
      of={workspace.name}
      verb={texts.settings.save}
      title={texts.settings.limitsOf(workspace.name)}
      act={() => setLimits(workspace.name, limits)}
      changes={WORKSPACE_CHANGES}
      unready={!Object.values(limits).every(isSound)}
      onOpen={() => setSaid(saidOf(workspace))}
    >
      <p className="soft">{texts.settings.limitsHow}</p>
      <TextField
        label={texts.settings.mostGigabytes}
        type="number"
        min={0}
        step="any"
        value={said.gigabytes}
        onValue={(gigabytes) => setSaid({ ...said, gigabytes })}
      />
      <TextField
        label={texts.settings.mostRuns}
        type="number"
        min={0}
        step={1}
        value={said.runs}
        onValue={(runs) => setSaid({ ...said, runs })}
      />
      <TextField
        label={texts.settings.mostRequests}
        type="number"
        min={1}
        step={1}
        value={said.requests}
        onValue={(requests) => setSaid({ ...said, requests })}
      />
    </ActButton>
  );
}

interface Said {
  gigabytes: string;
  runs: string;
  requests: string;
}

function saidOf({ most_artifact_bytes: bytes, most_runs, most_requests }: Workspace): Said {
  return {
    gigabytes: bytes === null ? "" : String(bytes / GB),
    runs: most_runs === null ? "" : String(most_runs),
    requests: most_requests === null ? "" : String(most_requests),
  };
}

function limitsOf({ gigabytes, runs, requests }: Said) {
  return {
    most_artifact_bytes: gigabytes === "" ? null : Math.round(Number(gigabytes) * GB),
    most_runs: runs === "" ? null : Number(runs),
    most_requests: requests === "" ? null : Number(requests),
  };
}

function isSound(limit: number | null): boolean {
  return limit === null || (Number.isSafeInteger(limit) && limit >= 0);
}
