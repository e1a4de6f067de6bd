import { useQuery } from "@tanstack/react-query";
import type { Deletion } from "../../api/administration";
import { texts } from "../../lib/texts";
import { Failure } from "../../ui/Failure";
import { Loading } from "../../ui/Loading";
import { told } from "./figures";

interface GoneProps {
  what: readonly string[];
  ask: (signal: AbortSignal) => Promise<Deletion>;
}

/** What goes with a workspace or group, counted by the server before anything does. */
export function Gone({ what, ask }: GoneProps) {
  const { data, error } = useQuery({
    queryKey: ["would go", ...what],
    queryFn: ({ signal }) => ask(signal),
    gcTime: 0,
    staleTime: 0,
  });
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <>
      {data.workspaces.length > 1 && <p className="break">{texts.settings.workspacesGo(data.workspaces.join(", "))}</p>}
      <p>
        <strong>{told(data)}</strong>
      </p>
      <p>{texts.settings.forGood}</p>
    </>
  );
}
