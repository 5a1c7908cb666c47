import { QueryClient } from "@tanstack/react-query";
import { CallError } from "./call-error.ts";

/**
 * What pages have asked for. A page asks by `useQuery({ queryKey: ["logs", "DescribeLogGroups", …], queryFn: ({ signal }) => logs(…, signal) })`:
 * a call whose page was left is cancelled, one that two places make is made once. Keys begin with the service's name.
 * After a change, `queryCache.invalidateQueries({ queryKey: ["logs", "DescribeLogGroups"] })` asks again.
 */
export const queryCache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      // What may pass by itself is tried again; what the service refused stays refused.
      retry: (failures, error) =>
        failures < 2 &&
        error instanceof CallError &&
        (error.status === 0 || error.status >= 500 || error.code === "ThrottlingException"),
    },
    mutations: { retry: false },
  },
});
