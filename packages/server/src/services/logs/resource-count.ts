import type { Change, ResourceRef, State } from "../../platform/state/state.ts";
import type { Scope } from "./groups/log-group.ts";

/**
 * How many resources of a kind an account has in a region. The number is committed with each resource that comes or goes
 * and expects the version that was read, so that a quota holds for calls that race.
 */
interface ResourceCount {
  readonly count: number;
}

function countRef({ account, region }: Scope, kind: string): ResourceRef {
  return { kind: "logs.resource-count", account, region, key: kind };
}

export function countResources(state: State, scope: Scope, kind: string): number {
  return state.get<ResourceCount>(countRef(scope, kind))?.document.count ?? 0;
}

/** The change that counts one resource more (`by` 1) or less (-1). */
export function countChange(state: State, scope: Scope, kind: string, by: 1 | -1): Change {
  const ref = countRef(scope, kind);
  const found = state.get<ResourceCount>(ref);
  const document: ResourceCount = { count: (found?.document.count ?? 0) + by };
  return { put: ref, document, expect: found?.version ?? "absent" };
}
