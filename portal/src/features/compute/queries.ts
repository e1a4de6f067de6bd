import { useQuery } from "@tanstack/react-query";
import { getCompute, listCompute, listKinds, listNodes, listSizes } from "../../api/lazward";
import { polling } from "../../live/polling";

/** What changes when a target does. */
export const COMPUTE_CHANGES = [["compute"], ["jobs"]] as const;

export function useCompute() {
  return useQuery({
    queryKey: ["compute"],
    queryFn: ({ signal }) => listCompute(signal),
    refetchInterval: polling(2000, 10_000),
  });
}

export function useTarget(name: string) {
  return useQuery({
    queryKey: ["compute", name],
    queryFn: ({ signal }) => getCompute(name, signal),
    refetchInterval: polling(1000, 5000),
  });
}

export function useNodes(name: string) {
  return useQuery({
    queryKey: ["compute", name, "nodes"],
    queryFn: ({ signal }) => listNodes(name, signal),
    refetchInterval: polling(1000, 5000),
  });
}

export function useSizes() {
  return useQuery({ queryKey: ["sizes"], queryFn: ({ signal }) => listSizes(signal), staleTime: 600_000 });
}

/** What targets of a kind can do; undefined while that is not known. */
export function useKind(name: string) {
  const kinds = useQuery({ queryKey: ["kinds"], queryFn: ({ signal }) => listKinds(signal), staleTime: 600_000 });
  return kinds.data?.find((one) => one.name === name);
}
