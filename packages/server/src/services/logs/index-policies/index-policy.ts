import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { IndexedField } from "./policy-document.ts";

/** A log group's field index policy as it is kept. It goes with its group. */
export interface IndexPolicy {
  /** As it was given. */
  readonly policyDocument: string;
  readonly fields: readonly IndexedFieldSince[];
  /** Milliseconds since the epoch. */
  readonly lastUpdateTime: number;
}

export interface IndexedFieldSince extends IndexedField {
  /** When the field came into the policy, in milliseconds since the epoch: only later events count as indexed. */
  readonly since: number;
}

export function indexPolicyRef(groupId: number): ResourceRef {
  return { kind: "logs.index-policy", account: "", region: "", key: String(groupId) };
}

export function findIndexPolicy(state: State, groupId: number): Resource<IndexPolicy> | undefined {
  return state.get<IndexPolicy>(indexPolicyRef(groupId));
}
