import { Select } from "@fluentui/react-components";
import { useState } from "react";
import type { Job } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { LogView } from "./LogView";
import { useJob } from "./queries";

/** What a job writes, while it writes it. */
export function Logs({ runId, log }: { runId: string; log?: string }) {
  const { data: job, error } = useJob(runId);
  if (!job) return error ? <Failure error={error} /> : <Loading />;
  return <Chosen job={job} log={log} />;
}

function Chosen({ job, log }: { job: Job; log?: string }) {
  const names = job.logs ?? [];
  const [chosen, setChosen] = useState(log);
  const name = chosen ?? names.find((one) => one.startsWith("user_logs/")) ?? names[0];
  if (!name) return <p className="soft">{texts.noLogs}</p>;
  const link = job.log_links?.[name];
  return (
    <>
      <div className="section-head">
        <Select aria-label={texts.log} value={name} onChange={(_, { value }) => setChosen(value)}>
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
        {link?.startsWith("/job-logs/") && (
          <a className="link" href={link} download>
            {texts.download}
          </a>
        )}
      </div>
      <LogView key={name} runId={job.run_id} name={name} />
    </>
  );
}
