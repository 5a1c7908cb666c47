import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type { Json } from "../../api/json-types.ts";
import { queryCache } from "../../api/query-cache.ts";
import { logs } from "../../api/services.ts";

export type MetricFilter = Json<Logs.MetricFilter>;
export type Transformation = Json<Logs.MetricTransformation>;

/** All metric filters of a group: at most a few hundred. */
export async function filtersOf(group: string, signal: AbortSignal): Promise<readonly MetricFilter[]> {
  const filters: MetricFilter[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs(
      "DescribeMetricFilters",
      { logGroupName: group, ...(nextToken !== undefined && { nextToken }) },
      signal,
    );
    filters.push(...(page.metricFilters ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return filters;
}

export const filtersChanged = (group: string): Promise<unknown> =>
  Promise.all([
    queryCache.invalidateQueries({ queryKey: ["logs", "DescribeMetricFilters", group] }),
    queryCache.invalidateQueries({ queryKey: ["logs", "DescribeLogGroups"] }),
  ]);

/** The newest messages of a stream, newest first: what a pattern is tried on, as in CloudWatch's console. */
export async function newestMessages(
  group: string,
  stream: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { events = [] } = await logs(
    "GetLogEvents",
    { logGroupName: group, logStreamName: stream, limit: TESTED, startFromHead: false },
    signal,
  );
  return events.map(({ message = "" }) => message).reverse();
}

/** As many as TestMetricFilter takes. */
export const TESTED = 50;
