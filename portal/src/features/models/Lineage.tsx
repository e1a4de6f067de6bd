import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError } from "../../api/errors";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { DatasetTable } from "../datasets/DatasetTable";
import { useExperiment } from "../experiments/queries";
import { useRun } from "../runs/queries";
import { nameOf } from "../runs/run";

interface LineageProps {
  runId: string;
  /** The logged model that a version was registered of. */
  modelId?: string;
}

/** Where a model comes from: its run, the run's experiment, and the data that it was trained on. */
export function Lineage({ runId, modelId }: LineageProps) {
  const { data: run, error } = useRun(runId);
  if (error instanceof ApiError && error.status === 404) return <p className="soft">{texts.models.runGone}</p>;
  if (!run) return error ? <Failure error={error} /> : <Loading />;
  const experimentId = run.info.experiment_id;
  const inputs = run.inputs?.dataset_inputs ?? [];
  return (
    <>
      <ol className="lineage">
        <Step kind={texts.models.experiment}>
          <ExperimentLink id={experimentId} />
        </Step>
        <Step kind={texts.run}>
          <Link className="link" to={pages.run} params={{ experimentId, runId }}>
            {nameOf(run)}
          </Link>
        </Step>
        {modelId && (
          <Step kind={texts.models.loggedModel}>
            <Link className="link" to={pages.loggedModel} params={{ experimentId, modelId }}>
              {modelId}
            </Link>
          </Step>
        )}
      </ol>
      {inputs.length > 0 && <DatasetTable inputs={inputs} />}
    </>
  );
}

function ExperimentLink({ id }: { id: string }) {
  const { data } = useExperiment(id);
  return (
    <Link className="link" to={pages.runs} params={{ experimentId: id }}>
      {data?.name ?? id}
    </Link>
  );
}

function Step({ kind, children }: { kind: string; children: ReactNode }) {
  return (
    <li>
      <span className="soft">{kind}</span>
      {children}
    </li>
  );
}
