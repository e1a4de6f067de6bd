import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Doomed, type Purged, purge } from "../../api/administration";
import { texts } from "../../lib/texts";
import { workspaceName } from "../../lib/urls";
import { ActButton } from "../../ui/ActButton";
import { Failure } from "../../ui/Failure";
import { ChoiceField } from "../../ui/fields";
import { Loading } from "../../ui/Loading";
import { useMay } from "../workspaces/rights";
import { told } from "./figures";

export type Kind = "runs" | "experiments";

const DAY = 86_400_000;
const CHANGES = [["trash"], ["usage"]] as const;
const ages = [
  ["0", texts.settings.allOfIt],
  [String(7 * DAY), texts.settings.olderThan(7)],
  [String(30 * DAY), texts.settings.olderThan(30)],
] as const;

interface PurgeProps {
  what: Kind;
  onPurged: (told: string) => void;
}

/** Removes one of the trash for good, after telling what goes; not there for who may not. */
export function PurgeOne({ what, id, name, onPurged }: PurgeProps & { id: string; name: string }) {
  if (!useMay("run:purge")) return null;
  return (
    <ActButton
      label={texts.settings.purge}
      of={name}
      title={texts.settings.purgeSure(name)}
      act={() => purgeAll(what, { id }).then((gone) => onPurged(texts.settings.freed(told(gone))))}
      changes={CHANGES}
    >
      <WouldGo what={what} doomed={{ id }} />
    </ActButton>
  );
}

/** Removes all of the trash for good, or what has been in it for long. */
export function PurgeMany({ what, onPurged }: PurgeProps) {
  const [age, setAge] = useState("0");
  if (!useMay("run:purge")) return null;
  const doomed = { olderThan: Number(age) };
  return (
    <ActButton
      label={what === "runs" ? texts.settings.emptyRuns : texts.settings.emptyExperiments}
      verb={texts.settings.purge}
      title={what === "runs" ? texts.settings.emptyRunsSure : texts.settings.emptyExperimentsSure}
      act={() => purgeAll(what, doomed).then((gone) => onPurged(texts.settings.freed(told(gone))))}
      changes={CHANGES}
      onOpen={() => setAge("0")}
    >
      <ChoiceField label={texts.settings.whichOfIt} value={age} onValue={setAge} choices={ages} />
      {what === "runs" && <p className="soft">{texts.settings.theirRunsToo}</p>}
      <WouldGo what={what} doomed={doomed} />
    </ActButton>
  );
}

function WouldGo({ what, doomed }: { what: Kind; doomed: Doomed }) {
  const { data, error } = useQuery({
    queryKey: ["would go", what, doomed],
    queryFn: () => purge(workspaceName, what, doomed, true),
    gcTime: 0,
    staleTime: 0,
  });
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <>
      <p>
        <strong>{told(data)}</strong> {data.more && texts.settings.andMoreGoes}
      </p>
      {data.kept && data.kept.length > 0 && (
        <ul>
          {data.kept.map((one) => (
            <li key={one.id} className="break">
              {texts.settings.stays(one.id, one.reason)}
            </li>
          ))}
        </ul>
      )}
      <p>{texts.settings.forGood}</p>
    </>
  );
}

/** As many requests as it takes: one removes so many at most. */
async function purgeAll(what: Kind, doomed: Doomed): Promise<Purged> {
  const gone = await purge(workspaceName, what, doomed, false);
  if (!gone.more) return gone;
  const rest = await purgeAll(what, doomed);
  const sum = { ...rest };
  for (const key of ["experiments", "runs", "logged_models", "files", "bytes"] as const) sum[key] += gone[key];
  return sum;
}
