import type { ScheduledQueryState } from "@aws-sdk/client-cloudwatch-logs";
import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import type { LogsCall } from "../operation.ts";

/** Most scheduled queries of an account in a region. AWS publishes no number; the store must be bounded. */
export const MAX_SCHEDULED_QUERIES = 1_000;

/** What a caller sets. */
export interface ScheduledQuerySettings {
  readonly description?: string;
  readonly queryString: string;
  /** Absent when the query names its groups itself, by SOURCE. */
  readonly logGroupIdentifiers?: readonly string[];
  readonly scheduleExpression: string;
  readonly timezone?: string;
  /** Seconds before the time of a run, at which its range begins and ends. */
  readonly startTimeOffset?: number;
  readonly endTimeOffset?: number;
  /** As given: see epochMs. */
  readonly scheduleStartTime?: number;
  readonly scheduleEndTime?: number;
  readonly executionRoleArn: string;
  readonly state: ScheduledQueryState;
}

/** A scheduled query as it is kept. */
export interface ScheduledQuery extends ScheduledQuerySettings {
  /** Tells its runs from those of an earlier one of the same name. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Times in milliseconds since the epoch. */
  readonly creationTime: number;
  readonly lastUpdatedTime: number;
  readonly lastTriggeredTime?: number;
  /** When it runs next; absent when it is disabled or its time is over. */
  readonly nextTime?: number;
}

export const SCHEDULED_QUERY_KIND = "logs.scheduled-query";
export const DUE_KIND = "logs.scheduled-query-due";

export function scheduledQueryRef(scope: Scope, name: string): ResourceRef {
  return { kind: SCHEDULED_QUERY_KIND, account: scope.account, region: scope.region, key: name };
}

export function scheduledQueryArn(scope: Scope, name: string): string {
  return `arn:aws:logs:${scope.region}:${scope.account}:scheduled-query:${name}`;
}

const ARN = /^arn:aws[a-zA-Z-]*:logs:([a-z0-9-]+):(\d{12}):scheduled-query:([a-zA-Z0-9_\-/.#]{1,300})$/;

/** An ARN's parts, or undefined if the text is no scheduled query's ARN. */
export function parseScheduledQueryArn(text: string): { scope: Scope; name: string } | undefined {
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { scope: { region, account }, name };
}

/** The scheduled query of a name or an ARN, within the caller's account and region. */
export function requireScheduledQuery(state: State, call: LogsCall, identifier: string): Resource<ScheduledQuery> {
  const arn = parseScheduledQueryArn(identifier);
  const own = arn === undefined || (arn.scope.account === call.account && arn.scope.region === call.region);
  const found = own ? state.get<ScheduledQuery>(scheduledQueryRef(call, arn?.name ?? identifier)) : undefined;
  if (found === undefined) {
    throw call.error("ResourceNotFoundException", `The scheduled query ${identifier} does not exist.`);
  }
  return found;
}

/** Where a mark leads that says when a query is due. */
export interface DueQuery extends Scope {
  readonly name: string;
}

/**
 * Marks lie in the order of their times, so that finding what is due costs nothing for what is not. Digits enough for
 * every time that JavaScript has.
 */
function dueRef({ account, region }: Scope, name: string, time: number): ResourceRef {
  return { kind: DUE_KIND, account: "", region: "", key: `${dueKey(time)} ${account} ${region} ${name}` };
}

/** Sorts before the marks of this time and after those of earlier ones. */
export const dueKey = (time: number) => String(time).padStart(16, "0");

/** What moves the mark when a query's next time changes; undefined for no mark. */
export function dueChanges(
  { account, region }: Scope,
  name: string,
  before: number | undefined,
  after: number | undefined,
): Change[] {
  const document: DueQuery = { account, region, name };
  return [
    ...(before === undefined || before === after
      ? []
      : [{ remove: dueRef(document, name, before), expect: "any" } as const]),
    ...(after === undefined ? [] : [{ put: dueRef(document, name, after), document, expect: "any" } as const]),
  ];
}
