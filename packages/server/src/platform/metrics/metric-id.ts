import { hash } from "node:crypto";
import type { MetricAddress } from "./metric.ts";

/** A metric's number in the store, in two halves of 32 bits: arithmetic with a bigint for each sample costs too much. */
export interface MetricId {
  readonly high: number;
  readonly low: number;
}

/** The dimensions of a metric as the store has them: names in order, and their values. */
export interface DimensionLists {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

export function dimensionLists(dimensions: Readonly<Record<string, string>>): DimensionLists {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { names: sorted.map(([name]) => name), values: sorted.map(([, value]) => value) };
}

/**
 * The number follows from what the metric is, so that nobody has to be asked for it. Two metrics of ten million share one with a
 * probability of three in a million.
 */
export function metricId(
  account: string,
  region: string,
  namespace: string,
  name: string,
  { names, values }: DimensionLists,
): MetricId {
  const text = JSON.stringify([account, region, namespace, name, names, values]);
  const digest = hash("sha256", text, "buffer");
  return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) };
}

export function metricIdOf(metric: MetricAddress): MetricId {
  return metricId(metric.account, metric.region, metric.namespace, metric.metric, dimensionLists(metric.dimensions));
}

/** The number as the engine writes it. */
export function metricNumber({ high, low }: MetricId): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}
