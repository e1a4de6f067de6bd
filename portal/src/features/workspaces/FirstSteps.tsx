import { texts } from "../../lib/texts";
import { trackingUri, workspaceName } from "../../lib/urls";
import { Code } from "../../ui/Code";

const script = [
  "import mlflow",
  "",
  `mlflow.set_tracking_uri("${trackingUri}")`,
  'mlflow.set_experiment("first")',
  "with mlflow.start_run():",
  '    mlflow.log_param("lr", 0.1)',
  "    for step in range(100):",
  '        mlflow.log_metric("loss", 1 / (step + 1), step=step)',
].join("\n");

const token = `export MLFLOW_TRACKING_TOKEN=$(lazward token show --server ${location.origin})`;

const plugin = [
  `lazward login --server ${location.origin}`,
  `lazward config --server ${location.origin} --workspace '${workspaceName}'`,
].join("\n");

/** What to do in a workspace that holds nothing yet, with code for this very server. */
export function FirstSteps() {
  return (
    <section aria-labelledby="first-steps">
      <h2 id="first-steps">{texts.firstSteps}</h2>
      <p>{texts.firstStepsWhy}</p>
      <Code label={texts.withMlflow} text={script} />
      <Code label={texts.tokenHint} text={token} />
      <Code label={texts.withLazward} text={plugin} />
    </section>
  );
}
