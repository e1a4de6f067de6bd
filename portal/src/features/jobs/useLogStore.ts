import { useEffect, useState, useSyncExternalStore } from "react";
import { type LogPiece, LogStore } from "./logStore";

/** A log that is followed from its end while it is shown. */
export function useLogStore(runId: string, name: string): [LogStore, LogPiece] {
  const [store, setStore] = useState(() => new LogStore(runId, name));
  useEffect(() => {
    const made = new LogStore(runId, name);
    setStore(made);
    void made.toEnd();
    return () => made.close();
  }, [runId, name]);
  return [store, useSyncExternalStore(store.subscribe, store.current)];
}
