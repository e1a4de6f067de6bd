import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getModel, getVersion, searchModels, searchVersions } from "../../api/registry";
import { polling } from "../../live/polling";
import type { Files } from "../artifacts/files";
import { beginning } from "../artifacts/queries";
import { readFolder } from "./mlmodel";
import { filterOf, quoted } from "./search";

/** What is asked for anew when something in the registry has changed. */
export const REGISTRY_CHANGES = [["models"], ["model"], ["versions"], ["version"]] as const;

const VERSIONS = 50;
/** Versions of one run that are shown; few runs have more than a handful. */
const VERSIONS_OF_RUN = 200;

/** Registered models, a page at a time. */
export function useModels(text: string) {
  return useInfiniteQuery({
    queryKey: ["models", text],
    queryFn: ({ pageParam, signal }) => searchModels(filterOf(text), pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    placeholderData: (before) => before,
    refetchInterval: polling(5000, 30_000),
  });
}

export function useModel(name: string) {
  return useQuery({
    queryKey: ["model", name],
    queryFn: ({ signal }) => getModel(name, signal),
    refetchInterval: polling(5000, 30_000),
  });
}

/** The versions of a model, the newest first, a page at a time. */
export function useVersions(name: string) {
  return useInfiniteQuery({
    queryKey: ["versions", "of model", name],
    queryFn: ({ pageParam, signal }) => searchVersions(`name = '${quoted(name)}'`, VERSIONS, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    refetchInterval: polling(5000, 30_000),
  });
}

export function useVersion(name: string, version: string) {
  return useQuery({
    queryKey: ["version", name, version],
    queryFn: ({ signal }) => getVersion(name, version, signal),
    refetchInterval: polling(5000, 30_000),
  });
}

/** The versions that were registered of what a run made. */
export function useVersionsOfRun(runId: string) {
  return useQuery({
    queryKey: ["versions", "of run", runId],
    queryFn: async ({ signal }) => {
      const found = await searchVersions(`run_id = '${quoted(runId)}'`, VERSIONS_OF_RUN, "", signal);
      return found.model_versions ?? [];
    },
    enabled: runId !== "",
    refetchInterval: polling(10_000, 60_000),
  });
}

/** What a model's folder says of it; that does not change. */
export function useModelFolder(from: Files) {
  return useQuery({
    queryKey: ["model folder", from.key],
    queryFn: ({ signal }) => readFolder(from, signal),
    staleTime: 60_000,
  });
}

/** A short text among a model's files. */
export function useModelText(from: Files, path: string, size: number) {
  return useQuery({
    queryKey: ["model text", from.key, path],
    queryFn: ({ signal }) => beginning(from, path, size, signal),
    staleTime: 60_000,
  });
}
