/** What an environment consists of, in words and as a file. */

import type { Environment, EnvironmentSpec } from "../../api/lazward";
import { texts } from "../../lib/texts";

/** In a few words what is installed. */
export function summaryOf({ python }: EnvironmentSpec): string {
  if (python?.user_managed) return texts.environments.userManaged(python.interpreter ?? "python");
  const { packages = [], pip = [] } = python?.conda ?? {};
  return texts.environments.packagesOf(packages.length, pip.length);
}

/** A conda specification that describes the same packages. */
export function condaFile({ name, spec }: Environment): string {
  const { channels = [], packages = [], pip = [] } = spec.python?.conda ?? {};
  return [
    `name: ${yamlText(name)}`,
    ...list("channels", channels, ""),
    packages.length + pip.length > 0 ? "dependencies:" : "dependencies: []",
    ...packages.map((one) => `  - ${yamlText(one)}`),
    ...(pip.length > 0 ? ["  - pip:", ...pip.map((one) => `      - ${yamlText(one)}`)] : []),
  ].join("\n");
}

function list(key: string, values: string[], indent: string): string[] {
  return values.length > 0 ? [`${indent}${key}:`, ...values.map((one) => `${indent}  - ${yamlText(one)}`)] : [];
}

/** A text as YAML reads it: plain where it cannot mean anything else, quoted like JSON elsewhere. */
function yamlText(text: string): string {
  const plain = /^[A-Za-z_][\w.\-+<>=!~,*[\]/@]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
