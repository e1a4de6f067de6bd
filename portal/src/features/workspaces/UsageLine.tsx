import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { getUsage } from "../../api/lazward";
import { formatBytes } from "../../lib/format";
import { texts } from "../../lib/texts";
import { useSeen } from "../../ui/useSeen";

export function useUsage(workspace: string, enabled = true) {
  return useQuery({
    queryKey: ["usage", workspace],
    queryFn: ({ signal }) => getUsage(workspace, signal),
    staleTime: 30_000,
    enabled,
  });
}

/** What a workspace holds; asked for when it comes into sight, since there may be many. */
export function UsageLine({ workspace }: { workspace: string }) {
  const line = useRef<HTMLSpanElement>(null);
  const { data } = useUsage(workspace, useSeen(line));
  return (
    <span className="soft cut" ref={line}>
      {data ? texts.steering.holds(data.runs, formatBytes(data.artifact_bytes)) : texts.nothing}
    </span>
  );
}
