import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getLoggedModel, type LoggedModel, searchLoggedModels } from "../../api/loggedModels";
import { searchVersions } from "../../api/registry";
import { polling } from "../../live/polling";
import { quoted } from "../models/search";

export const LOGGED_CHANGES = [["logged models"], ["logged model"]] as const;

const PAGE = 50;
/** Models of one run that are shown. */
const OF_RUN = 200;

/** The models that were logged in an experiment, the newest first, a page at a time. */
export function useLoggedModels(experimentId: string, filter: string) {
  return useInfiniteQuery({
    queryKey: ["logged models", experimentId, filter],
    queryFn: ({ pageParam, signal }) => searchLoggedModels(experimentId, filter, PAGE, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    placeholderData: (before) => before,
    refetchInterval: polling(5000, 30_000),
  });
}

export function useLoggedModel(id: string) {
  return useQuery({
    queryKey: ["logged model", id],
    queryFn: ({ signal }) => getLoggedModel(id, signal),
    refetchInterval: polling(5000, 30_000),
  });
}

/** The models that a run made. */
export function useModelsOfRun(experimentId: string, runId: string) {
  return useQuery({
    queryKey: ["logged models", "of run", runId],
    queryFn: async ({ signal }) => {
      const filter = `attributes.source_run_id = '${quoted(runId)}'`;
      return (await searchLoggedModels(experimentId, filter, OF_RUN, "", signal)).models ?? [];
    },
    refetchInterval: polling(5000, 30_000),
  });
}

/** The versions that were registered of a logged model. */
export function useVersionsOf({ info }: LoggedModel) {
  const filter = info.source_run_id
    ? `run_id = '${quoted(info.source_run_id)}'`
    : `source_path = 'models:/${quoted(info.model_id)}'`;
  return useQuery({
    queryKey: ["versions", "of logged model", info.model_id],
    queryFn: async ({ signal }) => {
      const found = (await searchVersions(filter, OF_RUN, "", signal)).model_versions ?? [];
      return found.filter((one) => one.model_id === info.model_id);
    },
    refetchInterval: polling(10_000, 60_000),
  });
}
