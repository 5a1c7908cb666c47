import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";

/** Most saved queries of an account in a region (CloudWatch Logs quotas). */
export const MAX_QUERY_DEFINITIONS = 1_000;

/** A saved query as it is kept. */
export interface QueryDefinition {
  /** `/` in it makes folders, for the console. */
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames?: readonly string[];
  readonly parameters?: readonly QueryParameter[];
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  /** Digest of what was asked for when it was made, which tells a repeated call from another one of the same token. */
  readonly madeFrom: string;
}

/** Stands in the text as `{{name}}`. */
export interface QueryParameter {
  readonly name: string;
  readonly defaultValue?: string | undefined;
  readonly description?: string | undefined;
}

export const QUERY_DEFINITION_KIND = "logs.query-definition";

export function queryDefinitionRef(scope: Scope, id: string): ResourceRef {
  return { kind: QUERY_DEFINITION_KIND, account: scope.account, region: scope.region, key: id };
}

export function findQueryDefinition(state: State, scope: Scope, id: string): Resource<QueryDefinition> | undefined {
  return id.isWellFormed() ? state.get<QueryDefinition>(queryDefinitionRef(scope, id)) : undefined;
}
