import type { Scope } from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { tablesAsSource } from "../events/event-tables.ts";
import { type EventCondition, type Visibility, visibilityOf, visibleCondition } from "../events/visibility.ts";
import { requireReadable } from "../groups/group-key.ts";
import type { LogGroup } from "../groups/log-group.ts";
import { findIndexPolicy } from "../index-policies/index-policy.ts";
import type { LogsCall, LogsDeps } from "../operation.ts";

/** A range of time in milliseconds, both ends inclusive. */
export interface TimeRange {
  readonly startTimeMs: number;
  readonly endTimeMs: number;
}

/** Where a query or sub-query reads: everything of a compiler's scope that depends on the groups and the range. */
export type EventScope = Pick<Scope, "table" | "where" | "logExpression" | "region" | "indexedBy" | "fieldColumns">;

/** The tables that a query or sub-query needs: everything in its ranges that the caller, and the service, may decrypt. */
export async function scopeTables(
  groups: readonly Resource<LogGroup>[],
  ranges: readonly TimeRange[],
  call: LogsCall,
  deps: LogsDeps,
): Promise<readonly string[]> {
  const fromMs = Math.min(...ranges.map(({ startTimeMs }) => startTimeMs));
  const toMs = Math.max(...ranges.map(({ endTimeMs }) => endTimeMs));
  for (const group of groups) requireReadable(deps, call, group, { fromMs, toMs });
  return await deps.tables.holding(
    groups.map(({ document }) => document),
    fromMs,
    toMs,
  );
}

/** The events of some groups in a range, as `tables` hold them. Parameters start with `name`, so that several scopes can stand in one statement. */
export function eventScope(
  groups: readonly Resource<LogGroup>[],
  tables: readonly string[],
  ranges: readonly TimeRange[],
  name: string,
  call: LogsCall,
  deps: LogsDeps,
): EventScope {
  const fieldColumns = deps.fieldColumns.current();
  const ids = `{${name}_groups:Array(UInt32)}`;
  return {
    table: tablesAsSource(tables, fieldColumns.values()),
    where: eventsInRanges(groups, ranges, name, deps),
    logExpression: {
      sql: `transform(group_id, ${ids}, {${name}_logs:Array(String)}, '')`,
      params: {
        [`${name}_groups`]: groups.map((group) => group.document.groupId),
        [`${name}_logs`]: groups.map((group) => `${call.account}:${group.ref.key}`),
      },
    },
    region: call.region,
    fieldColumns,
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
  const visible = visibleConditions(
    groups.map((group) => visibilityOf(state, group, clock.now())),
    name,
  );
  const times = ranges.map((range, index) => timeCondition(range, `${name}_t${index}`));
  return {
    sql: `group_id IN {${name}_groups:Array(UInt32)} AND ${anyOf(times.map(({ sql }) => sql))} AND ${anyOf(visible.map(({ sql }) => sql))}`,
    params: Object.assign(
      { [`${name}_groups`]: groups.map((group) => group.document.groupId) },
      ...times.map(({ params }) => params),
      ...visible.map(({ params }) => params),
    ),
  };
}

/** Groups above this are counted together: so many statements in one would cost more than the count. */
const MAX_COUNTED_ALONE = 50;

/** Conditions that cover the events of a scope without overlapping, a group in each while groups are few. */
export function countConditions(
  groups: readonly Resource<LogGroup>[],
  range: TimeRange,
  name: string,
  deps: LogsDeps,
): EventCondition[] {
  if (groups.length > MAX_COUNTED_ALONE) return [eventsInRanges(groups, [range], name, deps)];
  return groups.map((group, index) => {
    const visible = visibleCondition(visibilityOf(deps.state, group, deps.clock.now()), `${name}${index}`);
    const time = timeCondition(range, `${name}_t`);
    return { sql: `${visible.sql} AND ${time.sql}`, params: { ...visible.params, ...time.params } };
  });
}

function timeCondition({ startTimeMs, endTimeMs }: TimeRange, name: string): EventCondition {
  return {
    sql: `timestamp >= fromUnixTimestamp64Milli({${name}_from:Int64}) AND timestamp <= fromUnixTimestamp64Milli({${name}_to:Int64})`,
    params: { [`${name}_from`]: startTimeMs, [`${name}_to`]: endTimeMs },
  };
}

/** One condition stands as it is, for the engine to see through; several are alternatives. */
function anyOf(conditions: readonly string[]): string {
  const [only, ...others] = conditions;
  if (only !== undefined && others.length === 0) return only;
  return `(${conditions.map((condition) => `(${condition})`).join(" OR ")})`;
}

/** Groups without deleted streams share one condition for each age from which they are seen: a query may read thousands. */
function visibleConditions(all: readonly Visibility[], name: string): readonly EventCondition[] {
  const plain = Map.groupBy(
    all.filter(({ deletedStreams }) => deletedStreams.length === 0),
    ({ fromMs }) => fromMs,
  );
  const others = all.filter(({ deletedStreams }) => deletedStreams.length > 0);
  const alone = plain.size === 1 && others.length === 0;
  const shared = [...plain].map(([fromMs, members], index) =>
    sharedCondition(fromMs, alone ? undefined : members, `${name}_p${index}`),
  );
  return [...shared, ...others.map((visibility, index) => visibleCondition(visibility, `${name}_v${index}`))];
}

/** Without `members` the condition is for every group of the statement. */
function sharedCondition(fromMs: number, members: readonly Visibility[] | undefined, name: string): EventCondition {
  const sql = [
    ...(members === undefined ? [] : [`group_id IN {${name}:Array(UInt32)}`]),
    ...(fromMs > 0 ? [`timestamp >= fromUnixTimestamp64Milli({${name}_from:Int64})`] : []),
  ];
  return {
    sql: sql.length === 0 ? "true" : sql.join(" AND "),
    params: {
      ...(members !== undefined && { [name]: members.map(({ groupId }) => groupId) }),
      ...(fromMs > 0 && { [`${name}_from`]: fromMs }),
    },
  };
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

export function hasIndex(group: Resource<LogGroup>, field: string, { state }: LogsDeps): boolean {
  if (group.document.logGroupClass !== "STANDARD") return false;
  if (DEFAULT_INDEXES.has(field)) return true;
  const fields = findIndexPolicy(state, group.document.groupId)?.document.fields;
  return fields?.some(({ name }) => name === field) ?? false;
}
