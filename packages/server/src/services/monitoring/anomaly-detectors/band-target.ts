import { createHash } from "node:crypto";
import type { MetricQuery } from "../../../platform/metrics/metric-reader.ts";
import type { DataEntry, MetricEntry } from "../metrics/data-query.ts";

/** What a band is for: one statistic of a metric, or the result of an expression. */
export type BandTarget =
  | { readonly kind: "metric"; readonly query: Omit<MetricQuery, "period">; readonly stat: string }
  | {
      readonly kind: "math";
      readonly account: string;
      readonly region: string;
      /** The expression and all that it needs. */
      readonly entries: readonly DataEntry[];
      /** The Id of the expression. */
      readonly watched: string;
    };

/** The target that is a metric of a request. */
export function metricTarget({ query, stat }: Pick<MetricEntry, "query" | "stat">): BandTarget {
  const { period: _period, ...metric } = query;
  return { kind: "metric", query: metric, stat };
}

/** The target that is an expression of a request, with what it needs of it. */
export function expressionTarget(
  entries: readonly DataEntry[],
  watched: string,
  needed: ReadonlySet<string>,
  { account, region }: { readonly account: string; readonly region: string },
): BandTarget {
  const own = entries
    .filter(({ id }) => id === watched || needed.has(id))
    .map((each) => ({ ...each, label: undefined, returned: each.id === watched }));
  return { kind: "math", account, region, entries: own, watched };
}

/** Seconds: the finest period of the metrics that an expression needs; undefined if it needs none. */
export function finestPeriod(entries: readonly DataEntry[]): number | undefined {
  const periods = entries.flatMap((entry) => (entry.kind === "metric" ? [entry.query.period] : []));
  return periods.length === 0 ? undefined : Math.min(...periods);
}

/** Whose it is. */
export function ownerOf(target: BandTarget): { readonly account: string; readonly region: string } {
  const { account, region } = target.kind === "metric" ? target.query : target;
  return { account, region };
}

/** A key that is the same for the same target, whatever the order of dimensions and queries; hexadecimal digits. */
export function targetKey(target: BandTarget): string {
  const text = JSON.stringify(target.kind === "metric" ? metricParts(target.query, target.stat) : mathParts(target));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function metricParts({ namespace, metric, dimensions, unit }: Omit<MetricQuery, "period">, stat: string): unknown {
  return ["metric", namespace, metric, sorted(dimensions), stat, unit ?? null];
}

function mathParts({ entries, watched }: Extract<BandTarget, { kind: "math" }>): unknown {
  const parts = entries.map((entry) =>
    entry.kind === "metric"
      ? [entry.id, metricParts(entry.query, entry.stat), entry.query.period]
      : [entry.id, entry.expression.trim(), entry.period ?? null],
  );
  return ["math", watched, parts.sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1))];
}

function sorted(dimensions: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
}
