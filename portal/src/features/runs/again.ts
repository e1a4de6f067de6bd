/** Code that does again what a run did, for this very server. */

import type { Job } from "../../api/lazward";
import { trackingUri, workspaceName } from "../../lib/urls";

/** A job file, as `lazward job create` takes it. JSON is YAML as well, and quotes whatever a text holds. */
export function jobFile(job: Job): string {
  const { spec } = job;
  const told = {
    experiment_name: job.experiment,
    compute: job.compute === "local" ? "local" : `azureml:${job.compute}`,
    command: spec.command || shell(["python", spec.script ?? "", ...(spec.arguments ?? [])]),
    ...(spec.snapshot_id && { code: "code" }),
    environment: environment(job),
    ...(Object.keys(spec.variables ?? {}).length > 0 && { environment_variables: spec.variables }),
  };
  return `${Object.entries(told)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join("\n")}\n`;
}

export function commandLine(job: Job): string {
  return `cat > job.yml <<'END_OF_JOB'
${jobFile(job)}END_OF_JOB
lazward job create --file job.yml --stream --server ${location.origin} --workspace ${quoted(workspaceName)}
`;
}

/** The same for `azureml.core`, which submits scripts. */
export function sdkCode(job: Job): string {
  const { spec } = job;
  const run = spec.command
    ? `command=${JSON.stringify(spec.command)}`
    : `script=${JSON.stringify(spec.script)}, arguments=${JSON.stringify(spec.arguments ?? [])}`;
  const named = spec.environment_name?.split(":");
  const made = named?.[0]
    ? `Environment.get(workspace, ${JSON.stringify(named[0])}${named[1] ? `, version=${JSON.stringify(named[1])}` : ""})`
    : `Environment("again")`;
  const packages = (spec.environment?.python?.conda?.pip ?? []).map((one) => JSON.stringify(one)).join(", ");
  const own = spec.environment?.python?.user_managed
    ? "environment.python.user_managed_dependencies = True\n"
    : packages
      ? `for package in [${packages}]:\n    environment.python.conda_dependencies.add_pip_package(package)\n`
      : "";
  return `from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

workspace = Workspace.from_config()
environment = ${made}
${named?.[0] ? "" : own}config = ScriptRunConfig(
    source_directory="code",
    ${run},
    compute_target=${JSON.stringify(job.compute)},
    environment=environment,
)
run = Experiment(workspace, ${JSON.stringify(job.experiment)}).submit(config)
run.wait_for_completion(show_output=True)
`;
}

export function readingCode(runId: string): string {
  return `import mlflow

mlflow.set_tracking_uri("${trackingUri}")
run = mlflow.get_run("${runId}")
print(run.data.params, run.data.metrics)
`;
}

function environment({ spec }: Job): unknown {
  if (spec.environment_name) return `azureml:${spec.environment_name}`;
  const python = spec.environment?.python;
  const image = spec.environment?.image ? { image: spec.environment.image } : {};
  if (python?.user_managed) return { ...image, interpreter: python.interpreter ?? "python" };
  const { channels = [], packages = [], pip = [] } = python?.conda ?? {};
  const dependencies = [...packages, ...(pip.length > 0 ? [{ pip }] : [])];
  return { ...image, conda_file: { ...(channels.length > 0 && { channels }), dependencies } };
}

function shell(words: string[]): string {
  return words.map((word) => (/^[\w./=:@%+,-]+$/.test(word) ? word : quoted(word))).join(" ");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
