import type { ComputeTarget } from "../../api/lazward";
import { formatDuration, formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Code } from "../../ui/Code";
import { Facts } from "../../ui/Facts";
import { useKind } from "./queries";
import { kindName, nodesText, sizeText } from "./target";

/** What a target is and can do. */
export function TargetFacts({ target }: { target: ComputeTarget }) {
  const { size, settings } = target;
  return (
    <>
      <Facts
        facts={[
          [texts.kind, kindName(target.kind)],
          [texts.steering.capabilities, <Capabilities key="capabilities" kind={target.kind} />],
          [texts.size, `${size.name} (${sizeText(size)})`],
          [texts.nodes, nodesText(target)],
          [texts.steering.idle, formatDuration(target.idle_seconds * 1000)],
          [texts.queued, target.queued],
          [texts.created, formatTime(target.created_at, true)],
          [texts.description, target.description],
          [texts.steering.serverUrl, target.server_url],
          [texts.steering.secrets, target.secrets.join(", ")],
        ]}
      />
      {Object.keys(settings).length > 0 && (
        <Code label={texts.steering.engine} text={JSON.stringify(settings, null, 2)} />
      )}
    </>
  );
}

function Capabilities({ kind }: { kind: string }) {
  const known = useKind(kind);
  if (!known) return texts.nothing;
  const able = [
    known.containers && texts.steering.containers,
    known.several_nodes && texts.steering.severalNodes,
  ].filter(Boolean);
  return able.length > 0 ? able.join(", ") : texts.steering.plainJobs;
}
