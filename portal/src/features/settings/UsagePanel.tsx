import { Button } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { countUsage } from "../../api/administration";
import type { Usage, Workspace } from "../../api/lazward";
import { formatBytes, formatTime } from "../../lib/format";
import { texts } from "../../lib/texts";
import { Facts } from "../../ui/Facts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { useMay } from "../workspaces/rights";
import { useUsage } from "../workspaces/UsageLine";
import { LimitsButton } from "./LimitsButton";

/** What a workspace holds and may hold. */
export function UsagePanel({ workspace }: { workspace: Workspace }) {
  const { data, error } = useUsage(workspace.name);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <>
      <Facts
        facts={[
          [texts.artifacts, <Held key="bytes" held={data.artifact_bytes} most={data.most_artifact_bytes} bytes />],
          [texts.runs, <Held key="runs" held={data.runs} most={data.most_runs} />],
          [texts.settings.mostRequests, workspace.most_requests ?? texts.settings.noLimit],
          [texts.settings.countedAt, counted(data)],
        ]}
      />
      <div className="acts">
        <LimitsButton workspace={workspace} />
        <CountButton name={workspace.name} />
      </div>
    </>
  );
}

function counted({ counted_at }: Usage): string {
  return counted_at ? formatTime(counted_at, true) : texts.settings.neverCounted;
}

interface HeldProps {
  held: number;
  most?: number | null;
  bytes?: boolean;
}

/** A figure, and a bar for how much of its limit it is. */
export function Held({ held, most, bytes = false }: HeldProps) {
  const told = (count: number) => (bytes ? formatBytes(count) : String(count));
  if (most === undefined || most === null) return texts.settings.unlimited(told(held));
  const text = texts.settings.heldOf(told(held), told(most));
  return (
    <>
      {text}
      <meter className="held" min={0} max={Math.max(most, 1)} value={held} high={most * 0.9} aria-label={text} />
    </>
  );
}

function CountButton({ name }: { name: string }) {
  const client = useQueryClient();
  const count = useMutation({
    mutationFn: () => countUsage(name),
    onSettled: () => client.invalidateQueries({ queryKey: ["usage", name] }),
  });
  if (!useMay("workspace:write")) return null;
  return (
    <>
      <Button size="small" disabled={count.isPending} onClick={() => count.mutate()}>
        {count.isPending ? texts.settings.counting : texts.settings.count}
      </Button>
      <Failure error={count.error} />
    </>
  );
}
