/** Code that loads models from this very server. */

import { trackingUri } from "../../lib/urls";

const connect = ["import mlflow", "", `mlflow.set_tracking_uri(${python(trackingUri)})`];

export const registerCode = [...connect, 'mlflow.register_model("runs:/RUN_ID/model", "my-model")'].join("\n");

export function loadCode(uri: string): string {
  return [...connect, `model = mlflow.pyfunc.load_model(${python(uri)})`].join("\n");
}

/** A text as Python writes it: what JSON escapes, Python reads the same. */
export function python(text: string): string {
  return JSON.stringify(text);
}
