import { useQuery } from "@tanstack/react-query";
import { listArtifacts } from "../../api/mlflow";
import { request } from "../../api/request";
import { api } from "../../lib/urls";
import { polling } from "../../live/polling";

/** Bytes of a text that are shown. */
export const MOST_TEXT = 256 * 1024;

/** What a folder of a run holds. */
export function useFolder(runId: string, path: string, live: boolean) {
  return useQuery({
    queryKey: ["folder", runId, path],
    queryFn: ({ signal }) => listArtifacts(runId, path, signal),
    refetchInterval: live ? polling(3000, 15_000) : false,
  });
}

/** The beginning of a file, as text. */
export function useText(runId: string, path: string, size: number) {
  return useQuery({
    queryKey: ["text", runId, path, size],
    // There is no first byte of an empty file to be asked for.
    queryFn: ({ signal }) => (size === 0 ? "" : beginning(runId, path, signal)),
  });
}

/** A file's bytes, said to be an image of this kind and nothing else. */
export function useImage(runId: string, path: string, type: string) {
  return useQuery({
    queryKey: ["image", runId, path],
    queryFn: async ({ signal }) => {
      const response = await request(api.artifact(runId, path), { signal });
      return new Blob([await response.arrayBuffer()], { type });
    },
  });
}

async function beginning(runId: string, path: string, signal: AbortSignal): Promise<string> {
  const headers = { range: `bytes=0-${MOST_TEXT - 1}` };
  const response = await request(api.artifact(runId, path), { headers, signal });
  return new TextDecoder().decode((await response.arrayBuffer()).slice(0, MOST_TEXT));
}
