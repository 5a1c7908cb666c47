import type { Engine } from "@nephoscope/engine";
import type { MetricIdentity } from "./metric.ts";
import type { MetricFilter, MetricIndex, MetricPosition } from "./metric-index.ts";

type Row = [namespace: string, name: string, dimensionNames: string[], dimensionValues: string[]];

/** The index of the metrics in the store, in the order of namespace, name and dimensions. */
export function openMetricIndex(engine: Engine): MetricIndex {
  return {
    async page(filter, limit, after, signal) {
      const { where, params } = conditionOf(filter);
      const position = after === undefined ? undefined : readPosition(after);
      const further =
        position === undefined
          ? ""
          : " AND (namespace, name, dimension_names, dimension_values) > ({p0:String}, {p1:String}, {p2:Array(String)}, {p3:Array(String)})";
      const rows = await engine.client.rows<Row>({
        // A metric that was seen again and is not merged yet has several rows side by side.
        sql: `SELECT namespace, name, dimension_names, dimension_values FROM metric_series WHERE ${where}${further}
          ORDER BY account, region, namespace, name, dimension_names, dimension_values
          LIMIT 1 BY namespace, name, dimension_names, dimension_values LIMIT {limit:UInt32}`,
        params: {
          ...params,
          limit: limit + 1,
          ...(position && { p0: position[0], p1: position[1], p2: position[2], p3: position[3] }),
        },
        ...(signal && { signal }),
      });
      const last = rows[limit - 1];
      return {
        metrics: rows.slice(0, limit).map(toIdentity),
        next: rows.length > limit && last !== undefined ? JSON.stringify(last) : undefined,
      };
    },
  };
}

/** A text that is no position of ours. */
export class NoPosition extends Error {
  override readonly name = "NoPosition";
}

function readPosition(text: MetricPosition): Row {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    throw new NoPosition("not JSON");
  }
  const isTexts = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((item) => typeof item === "string");
  if (!Array.isArray(row) || row.length !== 4) throw new NoPosition("not four members");
  const [namespace, name, names, values]: unknown[] = row;
  if (typeof namespace !== "string" || typeof name !== "string" || !isTexts(names) || !isTexts(values))
    throw new NoPosition("wrong members");
  return [namespace, name, names, values];
}

function toIdentity([namespace, metric, names, values]: Row): MetricIdentity {
  return { namespace, metric, dimensions: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""])) };
}

/** All names of a metric, a line for each. */
const NAMES = `concat(namespace, '\\n', name, '\\n', arrayStringConcat(dimension_names, '\\n'), '\\n', arrayStringConcat(dimension_values, '\\n'))`;

/** A condition on metric_series for a filter, with bound parameters. */
export function conditionOf(filter: MetricFilter): { where: string; params: Record<string, unknown> } {
  const parts = ["account = {account:String}", "region = {region:String}", "last_seen >= {seen:UInt32}"];
  const params: Record<string, unknown> = {
    account: filter.account,
    region: filter.region,
    seen: Math.max(0, Math.floor(filter.activeSinceMs / 1_000)),
  };
  if (filter.namespace !== undefined) {
    parts.push("namespace = {namespace:String}");
    params.namespace = filter.namespace;
  }
  if (filter.metric !== undefined) {
    parts.push("name = {metric:String}");
    params.metric = filter.metric;
  }
  for (const [i, { name, value }] of (filter.dimensions ?? []).entries()) {
    params[`n${i}`] = name;
    if (value === undefined) parts.push(`has(dimension_names, {n${i}:String})`);
    else {
      params[`v${i}`] = value;
      // The index knows values alone; which dimension has it is decided row by row.
      parts.push(`has(dimension_values, {v${i}:String})`);
      parts.push(`dimension_values[indexOf(dimension_names, {n${i}:String})] = {v${i}:String}`);
    }
  }
  for (const [i, part] of (filter.parts ?? []).entries()) {
    params[`t${i}`] = part;
    parts.push(`positionCaseInsensitiveUTF8(${NAMES}, {t${i}:String}) > 0`);
  }
  if (filter.dimensionNames !== undefined) {
    parts.push("dimension_names = {names:Array(String)}");
    params.names = [...filter.dimensionNames].sort();
  }
  return { where: parts.join(" AND "), params };
}
