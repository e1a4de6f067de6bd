import type { RunInfo } from "../../api/mlflow";
import { formatDuration } from "../../lib/format";
import { texts } from "../../lib/texts";
import { useNow } from "../../ui/useNow";

/** How long a run took, or takes already. */
export function Duration({ info }: { info: RunInfo }) {
  const running = info.status === "RUNNING";
  const now = useNow(running);
  const end = info.end_time || (running ? now : null);
  if (!info.start_time || !end) return texts.nothing;
  return formatDuration(end - info.start_time);
}
