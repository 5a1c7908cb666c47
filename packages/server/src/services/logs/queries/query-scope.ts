import type { Scope } from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { type EventCondition, type Visibility, visibilityOf, visibleCondition } from "../events/visibility.ts";
import type { LogGroup } from "../groups/log-group.ts";
import { findIndexPolicy } from "../index-policies/index-policy.ts";
import type { LogsCall, LogsDeps } from "../operation.ts";

/** A range of time in milliseconds, both ends inclusive. */
export interface TimeRange {
  readonly startTimeMs: number;
  readonly endTimeMs: number;
}

/** Where a query or sub-query reads: everything of a compiler's scope that depends on the groups and the range. */
export type EventScope = Pick<Scope, "table" | "where" | "logExpression" | "region" | "indexedBy">;

/** The events of some groups in a range. Parameters start with `name`, so that several scopes can stand in one statement. */
export function eventScope(
  groups: readonly Resource<LogGroup>[],
  ranges: readonly TimeRange[],
  name: string,
  call: LogsCall,
  deps: LogsDeps,
): EventScope {
  const ids = `{${name}_groups:Array(UInt32)}`;
  return {
    table: "events",
    where: eventsInRanges(groups, ranges, name, deps),
    logExpression: {
      sql: `transform(group_id, ${ids}, {${name}_logs:Array(String)}, '')`,
      params: {
        [`${name}_groups`]: groups.map((group) => group.document.groupId),
        [`${name}_logs`]: groups.map((group) => `${call.account}:${group.ref.key}`),
      },
    },
    region: call.region,
    indexedBy: (field) => ({
      // Numbers of our own, so they need no parameter; their list differs by field.
      sql: `group_id IN [${groups
        .filter((group) => hasIndex(group, field, deps))
        .map((group) => group.document.groupId)
        .join(", ")}]`,
      params: {},
    }),
  };
}

function eventsInRanges(
  groups: readonly Resource<LogGroup>[],
  ranges: readonly TimeRange[],
  name: string,
  { state, clock }: LogsDeps,
): EventCondition {
  const params: Record<string, unknown> = { [`${name}_groups`]: groups.map((group) => group.document.groupId) };
  const times = ranges.map(({ startTimeMs, endTimeMs }, index) => {
    params[`${name}_start${index}`] = startTimeMs;
    params[`${name}_end${index}`] = endTimeMs;
    return `timestamp >= fromUnixTimestamp64Milli({${name}_start${index}:Int64}) AND timestamp <= fromUnixTimestamp64Milli({${name}_end${index}:Int64})`;
  });
  const visible = visibleConditions(
    groups.map((group) => visibilityOf(state, group, clock.now())),
    name,
  );
  Object.assign(params, ...visible.map((condition) => condition.params));
  return {
    sql: `group_id IN {${name}_groups:Array(UInt32)} AND (${anyOf(visible.map(({ sql }) => sql))}) AND (${anyOf(times)})`,
    params,
  };
}

function anyOf(conditions: readonly string[]): string {
  return conditions.map((condition) => `(${condition})`).join(" OR ");
}

/** Groups without deleted streams share one condition for each age from which they are seen: a query may read thousands. */
function visibleConditions(all: readonly Visibility[], name: string): readonly EventCondition[] {
  const plain = Map.groupBy(
    all.filter(({ deletedStreams }) => deletedStreams.length === 0),
    ({ fromMs }) => fromMs,
  );
  const shared = [...plain].map(([fromMs, members], index) => {
    const sql = `group_id IN {${name}_p${index}:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({${name}_p${index}_from:Int64})`;
    return {
      sql,
      params: { [`${name}_p${index}`]: members.map(({ groupId }) => groupId), [`${name}_p${index}_from`]: fromMs },
    };
  });
  const others = all.filter(({ deletedStreams }) => deletedStreams.length > 0);
  return [...shared, ...others.map((visibility, index) => visibleCondition(visibility, `${name}_v${index}`))];
}

/** Fields that every group of the class STANDARD has an index on (query syntax, "filterIndex"). */
const DEFAULT_INDEXES = new Set([
  "@logStream",
  "@aws.region",
  "@aws.account",
  "@source.log",
  "@data_source_name",
  "@data_source_type",
  "@data_format",
  "traceId",
  "severityText",
  "attributes.session.id",
]);

function hasIndex(group: Resource<LogGroup>, field: string, { state }: LogsDeps): boolean {
  if (group.document.logGroupClass !== "STANDARD") return false;
  if (DEFAULT_INDEXES.has(field)) return true;
  const fields = findIndexPolicy(state, group.document.groupId)?.document.fields;
  return fields?.some(({ name }) => name === field) ?? false;
}
