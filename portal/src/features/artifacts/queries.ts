import { useQuery } from "@tanstack/react-query";
import { request } from "../../api/request";
import { polling } from "../../live/polling";
import type { Files } from "./files";

/** Bytes of a text that are shown at first. */
export const MOST_TEXT = 256 * 1024;

/** What a folder holds. */
export function useFolder(from: Files, path: string, live: boolean) {
  return useQuery({
    queryKey: ["folder", from.key, path],
    queryFn: ({ signal }) => from.list(path, signal),
    refetchInterval: live ? polling(3000, 15_000) : false,
  });
}

/** The beginning of a file, as text. */
export function useText(from: Files, path: string, size: number, most = MOST_TEXT) {
  return useQuery({
    queryKey: ["text", from.key, path, size, most],
    queryFn: ({ signal }) => beginning(from, path, size, signal, most),
  });
}

/** A file's bytes, said to be an image of this kind and nothing else. */
export function useImage(from: Files, path: string, type: string) {
  return useQuery({
    queryKey: ["image", from.key, path],
    queryFn: async ({ signal }) => {
      const response = await request(from.url(path), { signal });
      return new Blob([await response.arrayBuffer()], { type });
    },
  });
}

/** The beginning of a file, as text: as much as is shown, where nothing else is asked for. */
export async function beginning(
  from: Files,
  path: string,
  size: number,
  signal: AbortSignal,
  most = MOST_TEXT,
): Promise<string> {
  if (size === 0) return ""; // there is no first byte to be asked for
  const headers = { range: `bytes=0-${most - 1}` };
  const response = await request(from.url(path), { headers, signal });
  return new TextDecoder().decode((await response.arrayBuffer()).slice(0, most));
}
