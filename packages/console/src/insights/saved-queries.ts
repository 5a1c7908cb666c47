import { useMutation, useQuery } from "@tanstack/react-query";
import { queryCache } from "../api/query-cache.ts";
import { logs } from "../api/services.ts";

/** A query that was saved under a name. */
export interface SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly groups: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly defaultValue: string | undefined;
    readonly description: string | undefined;
  }[];
}

const KEY = ["logs", "DescribeQueryDefinitions"];

/** All saved queries of the account; there are at most a thousand. */
export function useSavedQueries() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }): Promise<readonly SavedQuery[]> => {
      const found: SavedQuery[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await logs(
          "DescribeQueryDefinitions",
          { maxResults: 1_000, ...(nextToken !== undefined && { nextToken }) },
          signal,
        );
        for (const { queryDefinitionId, name, queryString, logGroupNames, parameters } of answer.queryDefinitions ??
          []) {
          if (queryDefinitionId === undefined || name === undefined || queryString === undefined) continue;
          found.push({
            id: queryDefinitionId,
            name,
            query: queryString,
            groups: logGroupNames ?? [],
            parameters: (parameters ?? []).flatMap((each) =>
              each.name === undefined
                ? []
                : [{ name: each.name, defaultValue: each.defaultValue, description: each.description }],
            ),
          });
        }
        nextToken = answer.nextToken;
      } while (nextToken !== undefined);
      return found;
    },
  });
}

/** Saves a query under a new name, or in place of the one with the id. */
export function useSaveQuery() {
  return useMutation({
    mutationFn: (saved: Omit<SavedQuery, "id"> & { readonly id: string | undefined }) =>
      logs("PutQueryDefinition", {
        name: saved.name,
        queryString: saved.query,
        ...(saved.id !== undefined && { queryDefinitionId: saved.id }),
        ...(saved.groups.length > 0 && { logGroupNames: [...saved.groups] }),
        ...(saved.parameters.length > 0 && { parameters: saved.parameters.map((each) => ({ ...each })) }),
      }),
    onSettled: () => queryCache.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeleteQuery() {
  return useMutation({
    mutationFn: (id: string) => logs("DeleteQueryDefinition", { queryDefinitionId: id }),
    onSettled: () => queryCache.invalidateQueries({ queryKey: KEY }),
  });
}
