import { useQuery } from "@tanstack/react-query";
import { getMe, listWorkspaces } from "../../api/lazward";
import { workspaceName } from "../../lib/urls";

export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: ({ signal }) => getMe(signal), staleTime: 60_000 });
}

export function useWorkspaces() {
  const queryFn = ({ signal }: { signal: AbortSignal }) => listWorkspaces(signal);
  return useQuery({ queryKey: ["workspaces"], queryFn, staleTime: 60_000 });
}

/** Whether the visitor may change things in this workspace; where it is not known, the server decides. */
export function useMayWrite(): boolean {
  const me = useMe().data;
  if (!me || me.administrator) return true;
  const role = me.roles.find((one) => one.workspace === workspaceName)?.role;
  return role !== undefined && role !== "reader";
}
