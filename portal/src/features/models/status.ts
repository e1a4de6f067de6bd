/** Whether the files of a model are all there, in words and colours. */

import { texts } from "../../lib/texts";

export function wordOf(status = "READY"): string {
  return texts.models.statuses[status] ?? status;
}

export function toneOf(status = "READY"): string {
  if (status.endsWith("READY")) return "good";
  return status.includes("FAILED") ? "bad" : "waiting";
}
