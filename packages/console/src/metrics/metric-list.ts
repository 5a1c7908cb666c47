import { monitoring } from "../api/services.ts";
import type { Metric } from "./graph-state.ts";

export interface MetricList {
  readonly metrics: readonly Metric[];
  /** There are more than were fetched. */
  readonly more: boolean;
}

/** Pages of 500 metrics that are fetched for a list. */
const MOST_PAGES = 20;

/** The metrics that had values lately; of one namespace, where one is open. */
export async function listMetrics(namespace: string | undefined, signal: AbortSignal): Promise<MetricList> {
  const metrics: Metric[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await monitoring(
      "ListMetrics",
      { ...(namespace !== undefined && { Namespace: namespace }), ...(NextToken !== undefined && { NextToken }) },
      signal,
    );
    for (const { Namespace = "", MetricName = "", Dimensions = [] } of answer.Metrics ?? [])
      metrics.push({
        namespace: Namespace,
        name: MetricName,
        dimensions: Dimensions.map(({ Name = "", Value = "" }) => [Name, Value] as const),
      });
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === "") return { metrics, more: false };
  }
  return { metrics, more: true };
}

export interface Bunch {
  readonly key: string;
  readonly title: string;
  readonly count: number;
}

/** Namespaces, each with how many metrics it has: one's own first, then those of services. */
export function namespacesOf(metrics: readonly Metric[]): readonly Bunch[] {
  const own = (key: string) => (key.startsWith("AWS/") ? 1 : 0);
  return counted(metrics.map(({ namespace }) => namespace))
    .map(([key, count]) => ({ key, title: namespaceTitle(key), count }))
    .sort((a, b) => own(a.key) - own(b.key) || a.title.localeCompare(b.title));
}

/** Sets of dimensions' names of a namespace. */
export function dimensionSetsOf(namespace: string, metrics: readonly Metric[]): readonly Bunch[] {
  return counted(metrics.map(dimensionSet))
    .map(([key, count]) => ({ key, title: dimensionSetTitle(namespace, key), count }))
    .sort((a, b) => a.title.localeCompare(b.title));
}

export const dimensionSet = ({ dimensions }: Metric): string =>
  dimensions
    .map(([name]) => name)
    .sort()
    .join(",");

/** Services are called by their own names. */
export const namespaceTitle = (namespace: string): string => namespace.replace(/^AWS\//, "");

/** What AWS's console calls the sets that people know; others are called by the dimensions' names. */
const SETS: Readonly<Record<string, string>> = {
  "AWS/NATGateway NatGatewayId": "NAT Gateway Metrics",
  "AWS/EC2 InstanceId": "Per-Instance Metrics",
  "AWS/EC2 ": "Across All Instances",
  "AWS/Logs LogGroupName": "Log Group Metrics",
  "AWS/Logs ": "Account Metrics",
  "AWS/SNS TopicName": "Topic Metrics",
  "AWS/SQS QueueName": "Queue Metrics",
  "AWS/RDS DBInstanceIdentifier": "Per-Database Metrics",
  "AWS/S3 BucketName,StorageType": "Storage Metrics",
};

export const dimensionSetTitle = (namespace: string, key: string): string =>
  SETS[`${namespace} ${key}`] ?? (key === "" ? "Metrics with no dimensions" : key.split(",").join(", "));

/** Metrics whose namespace, name or dimensions hold all words of the search. */
export function found(metrics: readonly Metric[], search: string): readonly Metric[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return metrics;
  return metrics.filter((metric) => {
    const text = [metric.namespace, metric.name, ...metric.dimensions.flat()].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function counted(keys: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts];
}

/** More names make an expression that nobody reads. */
const MOST_NAMES = 10;

/**
 * An expression that finds these metrics and what comes later of their names, with other values of their dimensions. Undefined where they
 * have not one namespace and one set of dimensions, or too many names.
 */
export function searchExpression(metrics: readonly Metric[]): string | undefined {
  const [first] = metrics;
  const names = [...new Set(metrics.map(({ name }) => name))];
  if (first === undefined || names.length > MOST_NAMES) return undefined;
  const place = (metric: Metric) => `${metric.namespace}\n${dimensionSet(metric)}`;
  if (metrics.some((metric) => place(metric) !== place(first))) return undefined;
  const schema = [first.namespace, ...first.dimensions.map(([name]) => name)].map(schemaName).join(",");
  const text = `{${schema}} MetricName=(${names.map(exact).join(" OR ")})`;
  return `SEARCH('${text.replaceAll("'", "\\'")}', 'Average', 300)`;
}

const exact = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
const schemaName = (text: string) => (/^[\w/.-]+$/.test(text) ? text : exact(text));
