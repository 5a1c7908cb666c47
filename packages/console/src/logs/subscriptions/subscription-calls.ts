import { allPages } from "../../api/all-pages.ts";
import { queryCache } from "../../api/query-cache.ts";
import { logs, monitoring } from "../../api/services.ts";
import { destinationOf, type SubscriptionFilter } from "./subscription-form.ts";

/** All subscriptions of a group: two, unless the server's setting says more. */
export async function subscriptionsOf(
  logGroupName: string,
  signal: AbortSignal,
): Promise<readonly SubscriptionFilter[]> {
  const { items } = await allPages(async (nextToken) => {
    const page = await logs(
      "DescribeSubscriptionFilters",
      { logGroupName, ...(nextToken !== undefined && { nextToken }) },
      signal,
    );
    return { items: page.subscriptionFilters ?? [], next: page.nextToken };
  });
  return items;
}

export const subscriptionsChanged = (group: string): Promise<void> =>
  queryCache.invalidateQueries({ queryKey: ["logs", "DescribeSubscriptionFilters", group] });

/** How a subscription fared in the last hour. */
export interface Fared {
  readonly events: number;
  readonly errors: number;
}

const HOUR_S = 3_600;

/** Names of the kinds in the dimension DestinationType of AWS/Logs. */
const DIMENSION: Readonly<Record<string, string>> = {
  OpenSearch: "OpenSearch",
  "Queue (SQS)": "SQS",
  "Function (Lambda)": "Lambda",
};

/** From the metrics that the server keeps of it; undefined for destinations whose own target the subscription does not tell. */
export async function howItFared(
  group: string,
  { filterName = "", destinationArn = "" }: SubscriptionFilter,
  now: number,
  signal: AbortSignal,
): Promise<Fared | undefined> {
  const type = DIMENSION[destinationOf(destinationArn)?.kind ?? ""];
  if (type === undefined) return undefined;
  const EndTime = Math.ceil(now / 60_000) * 60;
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: "AWS/Logs",
        MetricName,
        Dimensions: [
          { Name: "LogGroupName", Value: group },
          { Name: "DestinationType", Value: type },
          { Name: "FilterName", Value: filterName },
        ],
      },
      Period: HOUR_S,
      Stat: "Sum",
    },
  });
  const { MetricDataResults = [] } = await monitoring(
    "GetMetricData",
    {
      StartTime: EndTime - HOUR_S,
      EndTime,
      MetricDataQueries: [query("events", "ForwardedLogEvents"), query("errors", "DeliveryErrors")],
    },
    signal,
  );
  const sum = (id: string) =>
    (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((total, value) => total + value, 0);
  return { events: sum("events"), errors: sum("errors") };
}
