import type { MetricDefault, MetricSample } from "../../../platform/metrics/metric-samples.ts";
import type { EventBatch } from "../events/event-encoding.ts";
import type { FilterValue } from "./compile-metric-filter.ts";
import type { FilterSet } from "./filter-set.ts";

/** Metrics of filters are made of minutes (user guide, "Creating metrics from log events using filters"). */
const MINUTE_MS = 60_000;

/**
 * What a group's filters make of the accepted events of one call: a sample for each match, at its event's time, and for
 * filters with a default value the minutes of the batch in which nothing matched. Another call may match in such a minute,
 * which is for the store to see (see MetricDefault).
 */
export function samplesOf(
  batch: Pick<EventBatch, "events" | "firstPut">,
  set: FilterSet,
): { samples: MetricSample[]; defaults: MetricDefault[] } {
  const matches = set.filters.map((): Match[] => []);
  const { events } = batch;
  for (let index = 0; index < events.length; index++) {
    const message = events.message(index);
    for (const candidate of set.candidates(message)) {
      const match = set.filters[candidate]?.evaluate(message);
      if (match !== undefined) matches[candidate]?.push({ index, value: match.value });
    }
  }
  const samples: MetricSample[] = [];
  const defaults: MetricDefault[] = [];
  const minutes = new Set<number>();
  if (set.filters.some(({ transformation }) => transformation.defaultValue !== undefined))
    for (let index = 0; index < events.length; index++) minutes.add(minuteOf(events.timestamp(index)));
  for (const [place, filter] of set.filters.entries()) {
    const { metricNamespace: namespace, metricName: metric, unit = "None", defaultValue } = filter.transformation;
    const found = matches[place] ?? [];
    for (const { index, value } of found) {
      if (value === undefined) continue;
      const source = batch.firstPut + BigInt(index);
      samples.push({ namespace, metric, ...value, unit, timestamp: events.timestamp(index), source });
    }
    if (defaultValue === undefined) continue;
    const matched = new Set(found.map(({ index }) => minuteOf(events.timestamp(index))));
    for (const minute of minutes.difference(matched)) {
      defaults.push({ namespace, metric, dimensions: filter.systemDimensions, unit, minute, value: defaultValue });
    }
  }
  return { samples, defaults };
}

interface Match {
  readonly index: number;
  readonly value: FilterValue | undefined;
}

const minuteOf = (timestamp: number) => timestamp - (timestamp % MINUTE_MS);
