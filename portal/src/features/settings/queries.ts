import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  type AuditSearch,
  listDeletions,
  listGroups,
  listMembers,
  listTokens,
  listUsers,
  searchAudit,
  searchDeletedExperiments,
  searchDeletedRuns,
  type Whose,
} from "../../api/administration";
import { workspaceName } from "../../lib/urls";
import { polling } from "../../live/polling";

/** What changes when a workspace or group does. */
export const WORKSPACE_CHANGES = [["workspaces"], ["groups"], ["usage"], ["me"]] as const;
/** What changes when one is deleted; nothing more is asked of it. */
export const DELETION_CHANGES = [["workspaces"], ["groups"], ["deletions"], ["me"]] as const;

export function useGroups() {
  return useQuery({ queryKey: ["groups"], queryFn: ({ signal }) => listGroups(signal) });
}

export function useDeletions() {
  return useQuery({
    queryKey: ["deletions"],
    queryFn: ({ signal }) => listDeletions(signal),
    refetchInterval: polling(3000, 30_000),
  });
}

export function useMembers() {
  return useQuery({
    queryKey: ["members", workspaceName],
    queryFn: ({ signal }) => listMembers(workspaceName, signal),
  });
}

export function useUsers(enabled = true) {
  return useQuery({ queryKey: ["users"], queryFn: ({ signal }) => listUsers(signal), enabled });
}

export function useTokens(whose: Whose) {
  return useQuery({ queryKey: ["tokens", whose], queryFn: ({ signal }) => listTokens(whose, signal) });
}

/** The audit log of the whole server, or of the workspace that is shown. */
export function useAudit(search: AuditSearch, everywhere: boolean) {
  const where = everywhere ? undefined : workspaceName;
  return useInfiniteQuery({
    queryKey: ["audit", where, search],
    queryFn: ({ pageParam, signal }) => searchAudit({ ...search, pageToken: pageParam }, where, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    placeholderData: (before) => before,
  });
}

export function useDeletedExperiments(name: string) {
  return useInfiniteQuery({
    queryKey: ["trash", "experiments", name],
    queryFn: ({ pageParam, signal }) => searchDeletedExperiments(workspaceName, name, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    placeholderData: (before) => before,
  });
}

export function useDeletedRuns(name: string) {
  return useInfiniteQuery({
    queryKey: ["trash", "runs", name],
    queryFn: ({ pageParam, signal }) => searchDeletedRuns(workspaceName, name, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    placeholderData: (before) => before,
  });
}
