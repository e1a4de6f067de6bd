import { useQuery } from "@tanstack/react-query";
import { getMe, listWorkspaces } from "../../api/lazward";

export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: ({ signal }) => getMe(signal), staleTime: 60_000 });
}

export function useWorkspaces() {
  const queryFn = ({ signal }: { signal: AbortSignal }) => listWorkspaces(signal);
  return useQuery({ queryKey: ["workspaces"], queryFn, staleTime: 60_000 });
}
