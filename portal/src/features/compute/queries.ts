import { useQuery } from "@tanstack/react-query";
import { listCompute } from "../../api/lazward";
import { polling } from "../../live/polling";

export function useCompute() {
  return useQuery({
    queryKey: ["compute"],
    queryFn: ({ signal }) => listCompute(signal),
    refetchInterval: polling(2000, 10_000),
  });
}
