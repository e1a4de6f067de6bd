import { Link } from "@tanstack/react-router";
import type { LoggedModel } from "../../api/loggedModels";
import type { Run } from "../../api/mlflow";
import type { ModelVersion } from "../../api/registry";
import { texts } from "../../lib/texts";
import { pages } from "../../lib/urls";
import { Chip } from "../../ui/Chip";
import { Failure } from "../../ui/Failure";
import { Scroll } from "../../ui/Scroll";
import { TableHead } from "../../ui/TableHead";
import { DatasetTable } from "../datasets/DatasetTable";
import { useModelsOfRun } from "../loggedModels/queries";
import { foldersOf, type ModelFolderOfRun } from "./history";
import { VersionLink } from "./links";
import { useVersionsOfRun } from "./queries";
import { RegisterButton } from "./RegisterButton";

/** The models that a run made and used, what was registered of them, and the data that it read. */
export function RunModels({ run }: { run: Run }) {
  const { run_id: runId, experiment_id: experimentId } = run.info;
  const logged = useModelsOfRun(experimentId, runId);
  const registered = useVersionsOfRun(runId);
  const models = logged.data ?? [];
  const folders = foldersOf(run);
  const used = run.inputs?.model_inputs ?? [];
  const others = (registered.data ?? []).filter((one) => !belongs(one, models, folders));
  const inputs = run.inputs?.dataset_inputs ?? [];
  return (
    <>
      <Failure error={logged.error ?? registered.error} />
      {models.length + folders.length + used.length + others.length > 0 && (
        <section aria-labelledby="models">
          <h2 id="models">{texts.models.models}</h2>
          <Scroll label={texts.models.models}>
            <table className="table">
              <TableHead heads={[texts.name, texts.models.how, texts.models.type, texts.models.registered]} unnamed />
              <tbody>
                {models.map((model) => (
                  <MadeRow key={model.info.model_id} model={model} versions={versionsOf(model, registered.data)} />
                ))}
                {folders.map((folder) => (
                  <FolderRow
                    key={folder.path}
                    run={run}
                    folder={folder}
                    versions={(registered.data ?? []).filter((one) => liesIn(one, folder))}
                  />
                ))}
                {used.map(({ model_id: modelId }) => (
                  <tr key={modelId}>
                    <td className="name">
                      <Link className="link" to={pages.loggedModel} params={{ experimentId, modelId }}>
                        {modelId}
                      </Link>
                    </td>
                    <td>{texts.models.usedIn}</td>
                    <td />
                    <td />
                    <td />
                  </tr>
                ))}
                {others.length > 0 && (
                  <tr>
                    <td>{texts.nothing}</td>
                    <td>{texts.models.made}</td>
                    <td />
                    <td>
                      <Versions versions={others} />
                    </td>
                    <td />
                  </tr>
                )}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
      {inputs.length > 0 && (
        <section aria-labelledby="datasets">
          <h2 id="datasets">{texts.models.datasets}</h2>
          <DatasetTable inputs={inputs} />
        </section>
      )}
    </>
  );
}

function MadeRow({ model: { info }, versions }: { model: LoggedModel; versions: ModelVersion[] }) {
  const params = { experimentId: info.experiment_id, modelId: info.model_id };
  return (
    <tr>
      <td className="name">
        <Link className="link" to={pages.loggedModel} params={params}>
          {info.name}
        </Link>
      </td>
      <td>{texts.models.made}</td>
      <td className="name">{info.model_type || texts.nothing}</td>
      <td>
        <Versions versions={versions} />
      </td>
      <td>
        <div className="acts">
          <RegisterButton
            what={info.name}
            source={`models:/${info.model_id}`}
            runId={info.source_run_id}
            modelId={info.model_id}
          />
        </div>
      </td>
    </tr>
  );
}

interface FolderRowProps {
  run: Run;
  folder: ModelFolderOfRun;
  versions: ModelVersion[];
}

function FolderRow({ run, folder, versions }: FolderRowProps) {
  const { run_id: runId, experiment_id: experimentId } = run.info;
  return (
    <tr>
      <td className="name">
        <Link
          className="link"
          to={pages.run}
          params={{ experimentId, runId }}
          search={{ tab: "artifacts", path: `${folder.path}/MLmodel` }}
        >
          {folder.path}/
        </Link>
      </td>
      <td>{texts.models.made}</td>
      <td className="name">{folder.flavours || texts.nothing}</td>
      <td>
        <Versions versions={versions} />
      </td>
      <td>
        <div className="acts">
          <RegisterFolder run={run} path={folder.path} />
        </div>
      </td>
    </tr>
  );
}

/** Registers a folder among a run's artifacts. */
export function RegisterFolder({ run, path }: { run: Run; path: string }) {
  const root = run.info.artifact_uri ?? `runs:/${run.info.run_id}`;
  return <RegisterButton what={path || texts.artifacts} source={below(root, path)} runId={run.info.run_id} />;
}

function Versions({ versions }: { versions: ModelVersion[] }) {
  if (versions.length === 0) return texts.nothing;
  return (
    <ul className="chips few">
      {versions.map(({ name, version }) => (
        <Chip key={`${name} ${version}`} title={texts.models.showModel(name, version)}>
          <VersionLink name={name} version={version}>
            {texts.models.showModel(name, version)}
          </VersionLink>
        </Chip>
      ))}
    </ul>
  );
}

function versionsOf(model: LoggedModel, versions: ModelVersion[] = []): ModelVersion[] {
  return versions.filter((one) => one.model_id === model.info.model_id);
}

function belongs(version: ModelVersion, models: LoggedModel[], folders: ModelFolderOfRun[]): boolean {
  return (
    models.some((model) => model.info.model_id === version.model_id) ||
    folders.some((folder) => liesIn(version, folder))
  );
}

function liesIn(version: ModelVersion, folder: ModelFolderOfRun): boolean {
  return !version.model_id && (version.source ?? "").endsWith(`/${folder.path}`);
}

function below(root: string, path: string): string {
  return path ? `${root.replace(/\/$/, "")}/${path}` : root;
}
