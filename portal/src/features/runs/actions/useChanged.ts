import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { changeRows, findRows, renewRows } from "../search";

/** What is done once runs were changed: what is shown of them is put right without loading all of it anew. */
export function useChanged(experimentId: string) {
  const client = useQueryClient();
  /** They are in another stage of life, so no longer here. */
  const gone = useCallback(
    (ids: string[]) => {
      const those = new Set(ids);
      changeRows(client, experimentId, (row) => (those.has(row.id) ? null : row));
      client.removeQueries({ queryKey: ["runs", experimentId], type: "inactive" });
      void client.invalidateQueries({ queryKey: ["nesting", experimentId] });
      void client.invalidateQueries({ queryKey: ["recent-runs"] });
      for (const id of ids) void client.invalidateQueries({ queryKey: ["run", id] });
    },
    [client, experimentId],
  );
  /** They are others than before. */
  const renewed = useCallback(
    async (ids: string[]) => {
      renewRows(client, experimentId, await findRows(experimentId, ids));
      for (const id of ids) void client.invalidateQueries({ queryKey: ["run", id] });
      void client.invalidateQueries({ queryKey: ["recent-runs"] });
    },
    [client, experimentId],
  );
  return { gone, renewed };
}
