import type { InsightsAggregate, LabelKey, MetricsInsightsPlan } from "./nodes.ts";

/** A metric as a query sees it. */
export interface InsightsMetric {
  readonly namespace: string;
  readonly metric: string;
  /** Values by name. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly account: string;
  /** Tags of the resource that the metric tells of, where they are known. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The statistics of a metric's values in each period; four lists of the length of `timestamps`, which are ascending. */
export interface StatisticPoints {
  /** Milliseconds since 1970. */
  readonly timestamps: readonly number[];
  readonly sums: readonly number[];
  readonly sampleCounts: readonly number[];
  readonly minima: readonly number[];
  readonly maxima: readonly number[];
}

/** One group of the answer. */
export interface InsightsSeries {
  /** The group's values of the GROUP BY keys; empty without GROUP BY. */
  readonly labels: readonly string[];
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
}

/** The group of metrics that lack a key of GROUP BY (user guide, query components). */
const NO_LABEL = "Other";

/** Whether a metric is one of those that the query is about; `currentAccount` is who asks. */
export function matchesMetricsInsights(
  plan: MetricsInsightsPlan,
  metric: InsightsMetric,
  currentAccount: string,
): boolean {
  if (metric.namespace !== plan.namespace || metric.metric !== plan.metric) return false;
  const names = Object.keys(metric.dimensions);
  const { dimensionNames } = plan;
  if (dimensionNames !== undefined) {
    if (
      names.length !== dimensionNames.length ||
      !dimensionNames.every((name) => Object.hasOwn(metric.dimensions, name))
    ) {
      return false;
    }
  }
  return plan.conditions.every(({ label, operator, value }) => {
    const found = labelOf(metric, label);
    if (found === undefined) return false;
    return (found === (value.kind === "text" ? value.text : currentAccount)) === (operator === "=");
  });
}

/** The values of the GROUP BY keys that a metric has. */
export function groupLabels(plan: MetricsInsightsPlan, metric: InsightsMetric): readonly string[] {
  return plan.groupBy.map((key) => labelOf(metric, key) ?? NO_LABEL);
}

function labelOf({ dimensions, tags = {}, account }: InsightsMetric, key: LabelKey): string | undefined {
  if (key.kind === "account") return account;
  const [values, name] = key.kind === "dimension" ? [dimensions, key.name] : [tags, key.key];
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/**
 * Makes the answer from the metrics that match: all values of a group's metrics in a period count as one heap. Groups without
 * any value are left out; those behind the limit too.
 */
export function evaluateMetricsInsights(
  plan: MetricsInsightsPlan,
  metrics: Iterable<{ readonly metric: InsightsMetric; readonly points: StatisticPoints }>,
): readonly InsightsSeries[] {
  const groups = new Map<string, Group>();
  for (const { metric, points } of metrics) {
    const labels = groupLabels(plan, metric);
    const key = JSON.stringify(labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = new Group(labels);
      groups.set(key, group);
    }
    group.add(points);
  }
  const series = [...groups.values()]
    .map((group) => group.series(plan.aggregate))
    .filter(({ values }) => values.length > 0);
  const keyed = series.map((each) => ({ each, key: plan.orderBy && summary(plan.orderBy.aggregate, each.values) }));
  const sign = plan.orderBy?.descending === true ? -1 : 1;
  keyed.sort(
    (one, other) => sign * ((one.key ?? 0) - (other.key ?? 0)) || compareLabels(one.each.labels, other.each.labels),
  );
  return keyed.slice(0, plan.limit).map(({ each }) => each);
}

class Group {
  readonly #labels: readonly string[];
  readonly #heaps = new Map<number, { sum: number; count: number; minimum: number; maximum: number }>();

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  add({ timestamps, sums, sampleCounts, minima, maxima }: StatisticPoints): void {
    timestamps.forEach((timestamp, index) => {
      const heap = this.#heaps.get(timestamp);
      const [sum = 0, count = 0] = [sums[index], sampleCounts[index]];
      const [minimum = Number.NaN, maximum = Number.NaN] = [minima[index], maxima[index]];
      if (heap === undefined) {
        this.#heaps.set(timestamp, { sum, count, minimum, maximum });
        return;
      }
      heap.sum += sum;
      heap.count += count;
      heap.minimum = Math.min(heap.minimum, minimum);
      heap.maximum = Math.max(heap.maximum, maximum);
    });
  }

  series(aggregate: InsightsAggregate): InsightsSeries {
    const timestamps = [...this.#heaps.keys()].sort((one, other) => one - other);
    const values = timestamps.map((timestamp) => {
      const heap = this.#heaps.get(timestamp);
      if (heap === undefined) return Number.NaN;
      if (aggregate === "AVG") return heap.sum / heap.count;
      if (aggregate === "COUNT") return heap.count;
      if (aggregate === "SUM") return heap.sum;
      return aggregate === "MIN" ? heap.minimum : heap.maximum;
    });
    return { labels: this.#labels, timestamps, values };
  }
}

/** The number by which ORDER BY places a series: its datapoints as one heap. */
function summary(aggregate: InsightsAggregate, values: readonly number[]): number {
  let [sum, minimum, maximum] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    sum += value;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (aggregate === "AVG") return sum / values.length;
  if (aggregate === "COUNT") return values.length;
  if (aggregate === "SUM") return sum;
  return aggregate === "MIN" ? minimum : maximum;
}

function compareLabels(one: readonly string[], other: readonly string[]): number {
  for (const [index, label] of one.entries()) {
    const against = other[index] ?? "";
    if (label !== against) return label < against ? -1 : 1;
  }
  return 0;
}
