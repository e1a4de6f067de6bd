import { useQuery } from "@tanstack/react-query";
import { type Files, filesOfRun } from "../../artifacts/files";
import { beginning } from "../../artifacts/queries";

/** A file or folder that some of the compared runs have. */
export interface Shared {
  path: string;
  isDir: boolean;
  /** Its bytes, by the ids of the runs that have it. */
  sizes: Map<string, number>;
}

/** What a folder holds in each of the runs, laid over each other; what most have stands first. */
export function useShared(runIds: string[], folder: string) {
  return useQuery({
    queryKey: ["shared", runIds, folder],
    queryFn: ({ signal }) => listAll(runIds, folder, signal),
    structuralSharing: false,
    staleTime: 30_000,
  });
}

async function listAll(runIds: string[], folder: string, signal: AbortSignal): Promise<Shared[]> {
  const lists = await Promise.all(runIds.map((id) => filesOfRun(id).list(folder, signal)));
  const found = new Map<string, Shared>();
  for (const [index, files] of lists.entries())
    for (const { path, is_dir: isDir, file_size: size } of files) {
      const shared = found.get(path) ?? { path, isDir, sizes: new Map<string, number>() };
      shared.sizes.set(runIds[index] ?? "", size ?? 0);
      found.set(path, shared);
    }
  return [...found.values()].sort(
    (one, other) =>
      other.sizes.size - one.sizes.size ||
      Number(other.isDir) - Number(one.isDir) ||
      one.path.localeCompare(other.path),
  );
}

export interface Piece {
  text: string;
  kind: "same" | "added" | "removed";
}

/** A run's text, in pieces that are marked where the first run's has others. */
export function useDifferences(first: Files, other: Files, path: string, sizes: [number, number]) {
  return useQuery({
    queryKey: ["text differences", first.key, other.key, path, sizes],
    queryFn: async ({ signal }): Promise<Piece[]> => {
      const [base, text] = await Promise.all([
        beginning(first, path, sizes[0], signal),
        beginning(other, path, sizes[1], signal),
      ]);
      return first.key === other.key ? [{ text, kind: "same" }] : await piecesOf(base, text);
    },
    staleTime: 30_000,
    gcTime: 30_000,
  });
}

/** Milliseconds for finding differences: texts that have nothing in common would take long. */
const PATIENCE = 400;

async function piecesOf(base: string, text: string): Promise<Piece[]> {
  const { diffLines } = await import("diff");
  const changes = diffLines(base, text, { timeout: PATIENCE });
  if (!changes)
    return [
      { text: base, kind: "removed" },
      { text, kind: "added" },
    ];
  return changes.map(({ value, added, removed }) => ({
    text: value,
    kind: added ? "added" : removed ? "removed" : "same",
  }));
}
