import { useQueries, useQuery } from "@tanstack/react-query";
import type { Span } from "../time-range/time-range.ts";
import { type FieldShare, mergedShares } from "./field-shares.ts";
import { choosesGroups, type GroupChoice } from "./group-choice.ts";
import { groupFields, groupNames } from "./logs-calls.ts";

export interface DiscoveredFields {
  readonly fields: readonly FieldShare[];
  /** The groups that were looked at. */
  readonly groups: readonly string[];
  /** Chosen groups that were not looked at. */
  readonly left: number;
  readonly loading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Each group costs two calls, and the fields of a few tell what to expect of the others. */
const MOST_GROUPS = 10;

/** The fields of the chosen groups' newest events before the range's end. */
export function useFields(choice: GroupChoice, query: string, span: Span): DiscoveredFields {
  const own = choosesGroups(query);
  const prefixes = choice.kind === "prefixes" ? choice.prefixes : [""];
  const listed = useQuery({
    queryKey: ["logs", "ListLogGroups", "for fields", choice],
    queryFn: async ({ signal }) => {
      const logClass = choice.kind === "names" ? "STANDARD" : choice.logClass;
      const found = await Promise.all(prefixes.map((text) => groupNames({ text, prefix: true, logClass }, signal)));
      return [...new Set(found.flat())];
    },
    enabled: !own && choice.kind !== "names",
    staleTime: 60_000,
  });
  const all = own ? [] : choice.kind === "names" ? choice.names : (listed.data ?? []);
  const groups = all.slice(0, MOST_GROUPS);
  // The fields of a log change slowly: a range that moves with the clock asks once in five minutes.
  const endMs = Math.ceil(span.endMs / 300_000) * 300_000;
  const found = useQueries({
    queries: groups.map((name) => ({
      queryKey: ["logs", "GetLogGroupFields", name, endMs],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => groupFields(name, endMs, signal),
      staleTime: 300_000,
    })),
  });
  const filled = found.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const failed = found.filter(({ isError }) => isError);
  return {
    fields: mergedShares(filled),
    groups,
    left: all.length - groups.length,
    loading: (listed.isFetching && listed.data === undefined) || found.some(({ isPending }) => isPending),
    // What some groups tell is worth more than what one of them refuses.
    error: listed.error ?? (filled.length === 0 ? (failed[0]?.error ?? null) : null),
    retry: () => {
      if (listed.isError) void listed.refetch();
      for (const each of failed) void each.refetch();
    },
  };
}
