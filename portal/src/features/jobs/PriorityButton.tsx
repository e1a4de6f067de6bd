import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { type Job, prioritiseJob } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { TextField } from "../../ui/fields";
import { useMay } from "../workspaces/rights";
import { JOB_CHANGES } from "./queries";

const LARGEST = 1000;
/** What the words of job files stand for. */
const NAMED = [
  [texts.steering.low, "-100"],
  [texts.steering.medium, "0"],
  [texts.steering.high, "100"],
] as const;

/** Gives a job another place in the server's own queue; not there for who may not, and for jobs that are not in it. */
export function PriorityButton({ job }: { job: Job }) {
  const [priority, setPriority] = useState("");
  if (!useMay("job:write") || !job.position) return null;
  const number = Number(priority);
  const sound = priority !== "" && Number.isInteger(number) && Math.abs(number) <= LARGEST;
  return (
    <ActButton
      label={texts.steering.prioritise}
      of={job.name}
      title={texts.steering.prioritiseWhat(job.name)}
      verb={texts.steering.set}
      act={() => prioritiseJob(job.run_id, number)}
      changes={JOB_CHANGES}
      unready={!sound}
      onOpen={() => setPriority(String(job.priority ?? 0))}
    >
      <p className="soft">{texts.steering.priorityHow}</p>
      <TextField
        label={texts.steering.priority}
        type="number"
        min={-LARGEST}
        max={LARGEST}
        step={1}
        value={priority}
        onValue={setPriority}
        problem={sound || priority === "" ? undefined : texts.steering.priorityBounds(LARGEST)}
      />
      <div className="tools">
        {NAMED.map(([name, value]) => (
          <Button key={value} size="small" onClick={() => setPriority(value)}>
            {name}
          </Button>
        ))}
      </div>
    </ActButton>
  );
}
