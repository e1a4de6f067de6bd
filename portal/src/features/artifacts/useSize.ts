import { useFolder } from "./queries";

/** How many bytes a file has, as its folder's list says. */
export function useSize(runId: string, path: string): number | undefined {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const { data } = useFolder(runId, folder, false);
  return data?.find((file) => file.path === path)?.file_size ?? undefined;
}
