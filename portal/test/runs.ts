/** Rows as the table has them. */

import type { RunRow } from "../src/features/runs/table/row";
import { rowOf } from "../src/features/runs/table/row";

interface Given {
  metrics?: Record<string, number | string>;
  params?: Record<string, string>;
  tags?: Record<string, string>;
  start?: number;
}

export function row(id: string, { metrics = {}, params = {}, tags = {}, start = 0 }: Given = {}): RunRow {
  const pairs = (given: Record<string, string>) => Object.entries(given).map(([key, value]) => ({ key, value }));
  return rowOf({
    info: { run_id: id, experiment_id: "1", run_name: id, user_id: "", status: "FINISHED", start_time: start },
    data: {
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 1, step: 0 })),
      params: pairs(params),
      tags: pairs(tags),
    },
  });
}
