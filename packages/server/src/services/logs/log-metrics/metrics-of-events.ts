import type { MetricBatch, MetricWriter } from "../../../platform/metrics/metric-writer.ts";
import { unitNumber } from "../../../platform/metrics/units.ts";
import { EMBEDDED_MARK, type EmbeddedMetrics, readEmbeddedMetrics } from "../embedded-metrics/embedded-metrics.ts";
import type { EventBatch } from "../events/event-encoding.ts";
import type { Scope } from "../groups/log-group.ts";
import type { FilterSet } from "../metric-filters/filter-set.ts";
import { samplesOf } from "../metric-filters/samples.ts";

/** What a call's events say of metrics. */
export interface MetricsOfEvents {
  /** Their values, ready to be stored; undefined when there are none. */
  readonly batch: MetricBatch | undefined;
  /** Events that claim to be in the embedded metric format and are no JSON. */
  readonly unreadable: number;
  /** Events in that format of which a part was left out. */
  readonly invalid: number;
}

const MARK = Buffer.from(EMBEDDED_MARK);
/** Greatest value of a metric (PutMetricData, API reference); what is greater is no value. */
const MAX_VALUE = 2 ** 360;

export interface MetricSources {
  readonly filters: FilterSet;
  readonly nowMs: number;
  /** Numbers of events whose values are stored already. */
  readonly stored: ReadonlySet<bigint>;
}

/** Makes the values of a group's metric filters and of events in the embedded metric format. */
export function metricsOfEvents(
  writer: MetricWriter,
  scope: Scope,
  events: EventBatch,
  { filters, nowMs, stored }: MetricSources,
): MetricsOfEvents {
  const embedded = events.events.mayContain(MARK);
  if (filters.length === 0 && !embedded) return NOTHING;
  const batch = writer.begin({
    account: scope.account,
    region: scope.region,
    put: events.firstPut,
    logGroup: events.groupId,
    expected: events.events.length,
  });
  addFilterValues(batch, events, filters, stored);
  const counts = embedded ? addEmbedded(batch, events, nowMs, stored) : { unreadable: 0, invalid: 0 };
  return { batch: batch.count > 0 ? batch : undefined, ...counts };
}

const NOTHING: MetricsOfEvents = { batch: undefined, unreadable: 0, invalid: 0 };

function addFilterValues(
  batch: MetricBatch,
  events: EventBatch,
  filters: FilterSet,
  stored: ReadonlySet<bigint>,
): void {
  if (filters.length === 0) return;
  const { samples, defaults } = samplesOf(events, filters);
  for (const sample of samples) {
    if (Math.abs(sample.value) > MAX_VALUE || stored.has(sample.source)) continue;
    batch.from(sample.source);
    batch.identity(sample);
    batch.value(unitNumber(sample.unit) ?? NONE, sample.timestamp, 60, sample.value);
  }
  batch.from(events.firstPut);
  for (const filler of defaults) {
    batch.identity(filler);
    batch.filler(unitNumber(filler.unit) ?? NONE, filler.minute, filler.value);
  }
}

const NONE = unitNumber("None") ?? 0;

function addEmbedded(
  batch: MetricBatch,
  { events, firstPut }: EventBatch,
  nowMs: number,
  stored: ReadonlySet<bigint>,
): { unreadable: number; invalid: number } {
  let unreadable = 0;
  let invalid = 0;
  for (let i = 0; i < events.length; i++) {
    const found = readEmbeddedMetrics(events.message(i), nowMs);
    if (found === undefined) continue;
    if (found === "unreadable") {
      unreadable += 1;
      continue;
    }
    if (found.invalid) invalid += 1;
    if (stored.has(firstPut + BigInt(i))) continue;
    batch.from(firstPut + BigInt(i));
    addValues(batch, found, events.timestamp(i));
  }
  return { unreadable, invalid };
}

function addValues(batch: MetricBatch, { metrics, timestamp }: EmbeddedMetrics, eventTime: number): void {
  const time = timestamp ?? eventTime;
  for (const { namespace, name, dimensions, unit, resolution, values } of metrics) {
    batch.identity({ namespace, metric: name, dimensions });
    const [only] = values;
    if (values.length === 1 && only !== undefined) batch.value(unit, time, resolution, only);
    else batch.values(unit, time, resolution, values);
  }
}
