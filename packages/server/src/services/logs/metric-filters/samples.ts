import type { MetricDefault, MetricSample } from "../../../platform/metrics/metric-samples.ts";
import type { EventBatch } from "../events/event-encoding.ts";
import type { CompiledMetricFilter } from "./compile-metric-filter.ts";

/** Metrics of filters are made of minutes (user guide, "Creating metrics from log events using filters"). */
const MINUTE_MS = 60_000;

/**
 * What a group's filters make of the accepted events of one call: a sample for each match, at its event's time, and for
 * filters with a default value the minutes of the batch in which nothing matched. Another call may match in such a minute,
 * which is for the store to see (see MetricDefault).
 */
export function samplesOf(
  batch: Pick<EventBatch, "events" | "firstPut">,
  filters: readonly CompiledMetricFilter[],
): { samples: MetricSample[]; defaults: MetricDefault[] } {
  const samples: MetricSample[] = [];
  const defaults: MetricDefault[] = [];
  for (const filter of filters) {
    const { metricNamespace: namespace, metricName: metric, unit = "None", defaultValue } = filter.transformation;
    const matched = new Set<number>();
    for (let index = 0; index < batch.events.length; index++) {
      const match = filter.evaluate(batch.events.message(index));
      if (match === undefined) continue;
      const timestamp = batch.events.timestamp(index);
      matched.add(minuteOf(timestamp));
      if (match.value === undefined) continue;
      const { value, dimensions } = match.value;
      samples.push({ namespace, metric, dimensions, unit, timestamp, value, source: batch.firstPut + BigInt(index) });
    }
    if (defaultValue === undefined) continue;
    const minutes = new Set<number>();
    for (let i = 0; i < batch.events.length; i++) minutes.add(minuteOf(batch.events.timestamp(i)));
    for (const minute of minutes.difference(matched)) {
      defaults.push({ namespace, metric, dimensions: filter.systemDimensions, unit, minute, value: defaultValue });
    }
  }
  return { samples, defaults };
}

const minuteOf = (timestamp: number) => timestamp - (timestamp % MINUTE_MS);
