/** All points of a metric as a file. */

import { getHistoryPage } from "../../api/mlflow";
import { fromWire } from "../../lib/numbers";
import { save } from "../../lib/save";

export async function saveCsv(runId: string, key: string): Promise<void> {
  const parts = ["step,timestamp,value\n"];
  let token = "";
  do {
    const page = await getHistoryPage(runId, key, token);
    for (const { step, timestamp, value } of page.metrics ?? [])
      parts.push(`${step},${timestamp},${fromWire(value)}\n`);
    token = page.next_page_token ?? "";
  } while (token);
  save(new Blob(parts, { type: "text/csv" }), `${key}.csv`);
}
