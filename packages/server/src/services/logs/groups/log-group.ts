import type { LogGroupClass } from "@aws-sdk/client-cloudwatch-logs";
import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";

/** A log group as it is kept. */
export interface LogGroup {
  /**
   * Number of this incarnation, the leading column of the events' key. A group that is deleted and made again under
   * its name gets a new one, so it never shows its predecessor's events.
   */
  readonly groupId: number;
  readonly logGroupClass: LogGroupClass;
  readonly kmsKeyId?: string;
  /** Where its events have gone (see events/event-tables); absent while all went into the common table. */
  readonly stored?: readonly StoragePeriod[];
  readonly retentionInDays?: number;
  readonly deletionProtectionEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
}

/** A time in which a group's new events went into one table. */
export interface StoragePeriod {
  /** The encrypted table of a key; absent for the common one. */
  readonly sealed?: { readonly vault: number; readonly keyArn: string };
  /** Milliseconds; up to now when `untilMs` is absent. */
  readonly sinceMs: number;
  readonly untilMs?: number;
}

/** Whose groups: every call works within one account and region. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

export const LOG_GROUP_KIND = "logs.log-group";

export function logGroupRef(scope: Scope, name: string): ResourceRef {
  return { kind: LOG_GROUP_KIND, account: scope.account, region: scope.region, key: name };
}

export function findLogGroup(state: State, scope: Scope, name: string): Resource<LogGroup> | undefined {
  return state.get<LogGroup>(logGroupRef(scope, name));
}

/** The ARN that the tag operations and newer members use; DescribeLogGroups' `arn` has `:*` behind it. */
export function logGroupArn(scope: Scope, name: string): string {
  return `arn:aws:logs:${scope.region}:${scope.account}:log-group:${name}`;
}

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** Events before this time are expired for the group: not shown, not accepted, and deleted in the background. */
export function retentionCutoff(group: Pick<LogGroup, "retentionInDays">, nowMs: number): number {
  return group.retentionInDays === undefined ? 0 : nowMs - group.retentionInDays * DAY_MS;
}

/** Where a group's number leads: pointers and jobs know groups by it. */
export interface LogGroupName extends Scope {
  readonly name: string;
}

export function logGroupIdRef(groupId: number): ResourceRef {
  return { kind: "logs.log-group-id", account: "", region: "", key: String(groupId) };
}

/**
 * Goes into a commit of what belongs to a group and is deleted with it: the commit then fails when the group has been
 * deleted meanwhile, and deleting the group meanwhile has to look again at what it has.
 */
export function whileGroupLives({ ref, document }: Resource<LogGroup>): Change {
  const { account, region, key: name } = ref;
  const place: LogGroupName = { account, region, name };
  return { put: logGroupIdRef(document.groupId), document: place, expect: "present" };
}

/** The living group of a number, within one account and region. */
export function findLogGroupById(state: State, scope: Scope, groupId: number): Resource<LogGroup> | undefined {
  const place = state.get<LogGroupName>(logGroupIdRef(groupId))?.document;
  if (place === undefined || place.account !== scope.account || place.region !== scope.region) return undefined;
  return findLogGroup(state, scope, place.name);
}
