import { cancelJob, type Job } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { ActButton } from "../../ui/ActButton";
import { useMay } from "../workspaces/rights";
import { mayBeCancelled } from "./job";
import { JOB_CHANGES } from "./queries";

/** Cancels a job, once it is sure; not there for who may not, and for jobs that are over. */
export function CancelButton({ job }: { job: Job }) {
  const mayWrite = useMay("job:write");
  if (!mayWrite || !mayBeCancelled(job)) return null;
  return (
    <ActButton
      label={texts.cancel}
      of={job.name}
      title={texts.cancelSure(job.name)}
      no={texts.keep}
      act={() => cancelJob(job.run_id)}
      changes={JOB_CHANGES}
    >
      <p>{texts.cancelWhat}</p>
    </ActButton>
  );
}
