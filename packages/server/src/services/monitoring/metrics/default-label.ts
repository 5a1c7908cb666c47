import type { MetricEntry } from "./data-query.ts";

/**
 * Labels of metrics that have none of their own: the metric's name, with the statistic and the period where the queries of that
 * name differ in them (recorded from CloudWatch).
 */
export function defaultLabels(entries: readonly MetricEntry[]): ReadonlyMap<MetricEntry, string> {
  const byName = Map.groupBy(entries, ({ query }) => JSON.stringify([query.namespace, query.metric]));
  const labels = new Map<MetricEntry, string>();
  for (const alike of byName.values()) {
    const severalStats = new Set(alike.map(({ stat }) => stat)).size > 1;
    const severalPeriods = new Set(alike.map(({ query }) => query.period)).size > 1;
    for (const entry of alike) {
      const { metric, period } = entry.query;
      labels.set(entry, [metric, ...(severalStats ? [entry.stat] : []), ...(severalPeriods ? [period] : [])].join(" "));
    }
  }
  return labels;
}
