import { deleteLoggedModelTag, type LoggedModel, setLoggedModelTag } from "../../api/loggedModels";
import { formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Code } from "../../ui/Code";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { loadCode } from "../models/code";
import { FolderPart } from "../models/FolderPart";
import { filesOfLoggedModel } from "../models/files";
import { Lineage } from "../models/Lineage";
import { VersionLink } from "../models/links";
import { TagEditor } from "../models/TagEditor";
import { KeyTable } from "../runs/KeyTable";
import { MetricTable } from "./MetricTable";
import { LOGGED_CHANGES, useVersionsOf } from "./queries";

/** The tag in which MLflow keeps a list of versions; they are shown as such. */
const VERSIONS = "mlflow.modelVersions";

interface LoggedModelOverviewProps {
  model: LoggedModel;
  mayWrite: boolean;
}

/** What is known of a logged model. */
export function LoggedModelOverview({ model, mayWrite }: LoggedModelOverviewProps) {
  const { info, data } = model;
  return (
    <>
      <Facts
        facts={[
          [texts.created, formatTime(info.creation_timestamp_ms)],
          [texts.models.type, info.model_type],
          [texts.models.modelId, <code key="id">{info.model_id}</code>],
          [texts.artifactUri, <code key="uri">{info.artifact_uri}</code>],
        ]}
      />
      {info.source_run_id && (
        <section aria-labelledby="lineage">
          <h2 id="lineage">{texts.models.lineage}</h2>
          <Lineage runId={info.source_run_id} />
        </section>
      )}
      <Registered model={model} />
      <div className="columns">
        <MetricTable metrics={data.metrics ?? []} />
        <KeyTable
          title={texts.params}
          search=""
          none={texts.noParams}
          heads={[texts.value]}
          rows={(data.params ?? []).map(({ key, value }) => [key, value])}
        />
      </div>
      <TagEditor
        tags={info.tags?.filter(({ key }) => key !== VERSIONS)}
        mayWrite={mayWrite}
        changes={LOGGED_CHANGES}
        onSet={(key, value) => setLoggedModelTag(info.model_id, key, value)}
        onRemove={(key) => deleteLoggedModelTag(info.model_id, key)}
      />
      <section aria-labelledby="load">
        <h2 id="load">{texts.models.load}</h2>
        <Code label={texts.models.byId} text={loadCode(`models:/${info.model_id}`)} />
      </section>
      <FolderPart from={filesOfLoggedModel(info.model_id)} />
    </>
  );
}

function Registered({ model }: { model: LoggedModel }) {
  const { data: versions, error } = useVersionsOf(model);
  return (
    <section aria-labelledby="registered">
      <h2 id="registered">{texts.models.registered}</h2>
      <Failure error={error} />
      {versions?.length === 0 && <p className="soft">{texts.models.notRegistered}</p>}
      <ul className="chips">
        {versions?.map(({ name, version }) => (
          <li key={`${name} ${version}`} className="chip">
            <span className="cut">
              <VersionLink name={name} version={version}>
                {texts.models.showModel(name, version)}
              </VersionLink>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
