import type { Environment } from "../../api/lazward";
import { texts } from "../../lib/texts";
import { Code } from "../../ui/Code";
import { Facts } from "../../ui/Facts";
import { KeyTable } from "../runs/KeyTable";
import { registeredAt } from "./EnvironmentTable";
import { condaFile } from "./contents";

/** What one version of an environment consists of, and how jobs get it. */
export function Specification({ environment: one }: { environment: Environment }) {
  const { python, image, variables = {} } = one.spec;
  const script = `from azureml.core import Environment\n\nenvironment = Environment.get(ws, name=${JSON.stringify(one.name)}, version=${JSON.stringify(one.version)})`;
  return (
    <>
      <Facts
        facts={[
          [texts.environments.registered, registeredAt(one)],
          [texts.environments.image, image ? <code key="image">{image}</code> : texts.environments.noImage],
          [
            texts.environments.interpreter,
            python?.user_managed ? <code key="interpreter">{python.interpreter ?? "python"}</code> : null,
          ],
          [texts.environments.digest, <code key="digest">{one.digest.slice(0, 16)}</code>],
        ]}
      />
      <section aria-labelledby="specification">
        <h2 id="specification">{texts.environments.specification}</h2>
        {python?.user_managed ? (
          <p className="soft">{texts.environments.nothingInstalled}</p>
        ) : (
          <Code label={texts.environments.condaFile} text={condaFile(one)} />
        )}
      </section>
      {Object.keys(variables).length > 0 && (
        <KeyTable
          title={texts.environments.variables}
          search=""
          none={texts.environments.noVariables}
          heads={[texts.value]}
          rows={Object.entries(variables)}
        />
      )}
      <section aria-labelledby="use">
        <h2 id="use">{texts.environments.use}</h2>
        <Code label={texts.environments.inJobFile} text={`environment: azureml:${one.name}:${one.version}`} />
        <Code label={texts.environments.inScript} text={script} />
      </section>
    </>
  );
}
