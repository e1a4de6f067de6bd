import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { polling } from "../../live/polling";
import { findRows, renewRows, sharing } from "./search";

/** Keeps runs under way as they are: those in sight, wherever in the table they stand. */
export function useLive(experimentId: string, ids: string[]): void {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ["live-runs", experimentId, ids],
    queryFn: async ({ signal }) => ({ rows: await findRows(experimentId, ids, signal), next: "" }),
    structuralSharing: sharing,
    refetchInterval: polling(1500, 10_000),
    gcTime: 0,
    enabled: ids.length > 0,
  });
  useEffect(() => {
    if (data) renewRows(client, experimentId, data.rows);
  }, [client, experimentId, data]);
}
