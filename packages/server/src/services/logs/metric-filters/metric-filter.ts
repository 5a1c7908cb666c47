import type { StandardUnit } from "@aws-sdk/client-cloudwatch-logs";
import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";

/** Most filter patterns of a log group that hold a regular expression (user guide, "Filter pattern syntax"). */
export const MAX_REGEX_FILTERS = 5;

/** A metric filter as it is kept. */
export interface MetricFilter {
  readonly groupId: number;
  readonly name: string;
  readonly filterPattern: string;
  readonly transformation: MetricTransformation;
  readonly fieldSelectionCriteria?: string;
  readonly emitSystemFieldDimensions?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
}

/** What a match becomes. */
export interface MetricTransformation {
  readonly metricName: string;
  readonly metricNamespace: string;
  /** A number, or the field that holds it. */
  readonly metricValue: string;
  readonly defaultValue?: number;
  /** Names and the fields that hold their values. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly unit?: StandardUnit;
}

/**
 * Which filters a group has. Every change of one of them writes this too, so its version names one state of them all, and
 * quotas hold for calls that race. It stays for as long as the group, so that a version never comes again.
 */
export interface GroupMetricFilters extends Scope {
  /** Whether each filter's pattern holds a regular expression, by the filter's name. */
  readonly filters: Readonly<Record<string, { readonly regex: boolean }>>;
}

export const METRIC_FILTER_KIND = "logs.metric-filter";

/** Sorts before every character that people write, so that keys are in the order of names. */
const SEPARATOR = "\u0001";

/** Filters lie in one list for an account and region, in the order of their names, which is how they are listed. */
export function metricFilterRef(scope: Scope, groupId: number, name: string): ResourceRef {
  return {
    kind: METRIC_FILTER_KIND,
    account: scope.account,
    region: scope.region,
    key: `${name}${SEPARATOR}${groupId}`,
  };
}

export function groupMetricFiltersRef(groupId: number): ResourceRef {
  return { kind: "logs.group-metric-filters", account: "", region: "", key: String(groupId) };
}

export function findGroupMetricFilters(state: State, groupId: number): Resource<GroupMetricFilters> | undefined {
  return state.get<GroupMetricFilters>(groupMetricFiltersRef(groupId));
}

/** How many metric filters a group has. */
export function countMetricFilters(state: State, groupId: number): number {
  return Object.keys(findGroupMetricFilters(state, groupId)?.document.filters ?? {}).length;
}

/** A group's filters in the order of their names. */
export function listMetricFilters(state: State, scope: Scope, groupId: number): Resource<MetricFilter>[] {
  return Object.keys(findGroupMetricFilters(state, groupId)?.document.filters ?? {})
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => state.get<MetricFilter>(metricFilterRef(scope, groupId, name)))
    .filter((filter) => filter !== undefined);
}

/** What removes all filters of a group that is gone. */
export function removeMetricFilters(state: State, groupId: number): Change[] {
  const all = findGroupMetricFilters(state, groupId);
  if (all === undefined) return [];
  return [
    ...Object.keys(all.document.filters).map(
      (name): Change => ({ remove: metricFilterRef(all.document, groupId, name), expect: "any" }),
    ),
    { remove: all.ref, expect: "any" },
  ];
}
