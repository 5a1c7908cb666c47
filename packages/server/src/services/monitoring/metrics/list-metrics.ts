import { NoPosition } from "../../../platform/metrics/list-metrics.ts";
import type { MonitoringOperation } from "../operation.ts";

/** Metrics of a page (API reference). */
const PAGE = 500;
/** Metrics without values for so long are not listed (API reference). */
export const LISTED_MS = 14 * 86_400_000;
/** The only period that RecentlyActive takes. */
const RECENT_MS = 3 * 3_600_000;

export const listMetrics: MonitoringOperation<"ListMetrics"> = async (input, call, { index, clock }) => {
  const { account, region } = call;
  const { Namespace: namespace, MetricName: metric, OwningAccount: owner, IncludeLinkedAccounts: linked } = input;
  // No account is linked to another here: there is nothing to add, and nothing of others to show.
  if (owner !== undefined && owner !== account) return { Metrics: [], ...(linked === true && { OwningAccounts: [] }) };
  const filter = {
    account,
    region,
    activeSinceMs: clock.now() - (input.RecentlyActive === "PT3H" ? RECENT_MS : LISTED_MS),
    dimensions: (input.Dimensions ?? []).map(({ Name: name, Value: value }) => ({
      name,
      ...(value !== undefined && { value }),
    })),
    ...(namespace !== undefined && { namespace }),
    ...(metric !== undefined && { metric }),
  };
  const after = input.NextToken === undefined ? undefined : Buffer.from(input.NextToken, "base64url").toString("utf8");
  try {
    const { metrics, next } = await index.page(filter, PAGE, after, call.signal);
    return {
      Metrics: metrics.map((found) => ({
        Namespace: found.namespace,
        MetricName: found.metric,
        Dimensions: Object.entries(found.dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
      NextToken: next === undefined ? undefined : Buffer.from(next).toString("base64url"),
      ...(linked === true && { OwningAccounts: metrics.map(() => account) }),
    };
  } catch (error) {
    if (error instanceof NoPosition)
      throw call.error(
        "InvalidParameterValueException",
        "The value for parameter NextToken is not a token of this operation.",
      );
    throw error;
  }
};
