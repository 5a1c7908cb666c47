import type { Resource, State } from "../../../platform/state/state.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { findLogGroupById, type Scope } from "../groups/log-group.ts";
import type { LogsOperation, LogsOutput } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { listMetricFilters, METRIC_FILTER_KIND, type MetricFilter } from "./metric-filter.ts";

const DEFAULT_LIMIT = 50;
/** Filters of an account looked at for one page when few are asked for; then the page is short and has a token. */
const MAX_SCANNED = 10_000;
const CHUNK = 500;

type Item = NonNullable<LogsOutput<"DescribeMetricFilters">["metricFilters"]>[number];

export const describeMetricFilters: LogsOperation<"DescribeMetricFilters"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { logGroupName, metricName, metricNamespace } = input;
  if ((metricName === undefined) !== (metricNamespace === undefined)) {
    throw call.error("InvalidParameterException", "metricName and metricNamespace must be given together.");
  }
  // Without a group the prefix is ignored (API reference, DescribeMetricFilters).
  const prefix = logGroupName === undefined ? "" : (input.filterNamePrefix ?? "");
  const group = logGroupName === undefined ? undefined : requireLogGroup(state, call, { logGroupName });

  const request = [
    call.operation,
    group?.document.groupId,
    prefix,
    metricName,
    metricNamespace,
    call.account,
    call.region,
  ];
  let after = "";
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const picks = ({ document: { name, transformation } }: Resource<MetricFilter>) =>
    name.startsWith(prefix) &&
    (metricName === undefined ||
      (transformation.metricName === metricName && transformation.metricNamespace === metricNamespace));
  const limit = input.limit ?? DEFAULT_LIMIT;
  const page =
    group === undefined
      ? pageOfAccount(state, call, { after, limit, picks })
      : pageOfGroup(listMetricFilters(state, call, group.document.groupId).filter(picks), { after, limit });
  return {
    metricFilters: page.filters.flatMap(({ document }) => {
      // Filters go with their group, in one commit.
      const name = group?.ref.key ?? findLogGroupById(state, call, document.groupId)?.ref.key;
      return name === undefined ? [] : [toItem(document, name)];
    }),
    nextToken: page.next === undefined ? undefined : makePageToken(page.next, request, clock.now()),
  };
};

interface Page {
  readonly filters: readonly Resource<MetricFilter>[];
  /** The key after which the next page begins. */
  readonly next: string | undefined;
}

function pageOfGroup(filters: readonly Resource<MetricFilter>[], query: { after: string; limit: number }): Page {
  const after = Buffer.from(query.after);
  const rest = filters.filter(({ ref }) => Buffer.compare(Buffer.from(ref.key), after) > 0);
  const page = rest.slice(0, query.limit);
  return { filters: page, next: rest.length > query.limit ? page.at(-1)?.ref.key : undefined };
}

function pageOfAccount(
  state: State,
  { account, region }: Scope,
  query: { after: string; limit: number; picks: (filter: Resource<MetricFilter>) => boolean },
): Page {
  const filters: Resource<MetricFilter>[] = [];
  let { after } = query;
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += CHUNK) {
    const chunk = state.list<MetricFilter>({ kind: METRIC_FILTER_KIND, account, region, after, limit: CHUNK });
    for (const filter of chunk) {
      if (query.picks(filter)) {
        if (filters.length === query.limit) return { filters, next: after };
        filters.push(filter);
      }
      after = filter.ref.key;
    }
    if (chunk.length < CHUNK) return { filters, next: undefined };
  }
  return { filters, next: after };
}

function toItem({ transformation, ...filter }: MetricFilter, logGroupName: string): Item {
  return {
    filterName: filter.name,
    filterPattern: filter.filterPattern,
    metricTransformations: [
      {
        ...transformation,
        dimensions: transformation.dimensions && { ...transformation.dimensions },
      },
    ],
    creationTime: filter.creationTime,
    logGroupName,
    applyOnTransformedLogs: false,
    fieldSelectionCriteria: filter.fieldSelectionCriteria,
    emitSystemFieldDimensions: filter.emitSystemFieldDimensions && [...filter.emitSystemFieldDimensions],
  };
}
