/** What the portal remembers of the server's answers. */

import { QueryClient } from "@tanstack/react-query";
import { isAway, subscribe } from "./connection";

export const queryClient = new QueryClient({
  defaultOptions: {
    // Who is away is looked out for elsewhere, and what the server refuses it would refuse again.
    queries: { retry: false, networkMode: "always", staleTime: 1000, refetchOnReconnect: false },
    mutations: { retry: false, networkMode: "always" },
  },
});

subscribe(() => {
  if (!isAway()) void queryClient.invalidateQueries();
});
