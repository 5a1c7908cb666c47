import type { Engine } from "@nephoscope/engine";
import type { MetricIdentity } from "./metric.ts";
import type { MetricFilter, MetricIndex, MetricPosition } from "./metric-index.ts";

type Row = [namespace: string, name: string, dimensionNames: string[], dimensionValues: string[]];

/** The index of the metrics in the store, in the order of namespace, name and dimensions. */
export function openMetricIndex(engine: Engine): MetricIndex {
  return {
    async page(filter, limit, after, signal) {
      const condition = conditionOf(filter);
      const found: Row[] = [];
      let position = after === undefined ? undefined : readPosition(after);
      // One more than asked for tells whether there is another page.
      while (found.length <= limit) {
        const wanted = limit + 1 - found.length + SPARE_ROWS;
        const rows = await readRows(engine, condition, wanted, position, signal);
        // A metric that was seen again and is not merged yet has several rows side by side.
        for (const row of rows) {
          if (JSON.stringify(row) !== JSON.stringify(position)) found.push(row);
          position = row;
        }
        if (rows.length < wanted) break;
      }
      const last = found[limit - 1];
      return {
        metrics: found.slice(0, limit).map(toIdentity),
        next: found.length > limit && last !== undefined ? JSON.stringify(last) : undefined,
      };
    },
  };
}

/** Rows read beyond those that are needed if none is there twice. */
const SPARE_ROWS = 100;

async function readRows(
  engine: Engine,
  { where, params }: ReturnType<typeof conditionOf>,
  limit: number,
  after: Row | undefined,
  signal: AbortSignal | undefined,
): Promise<Row[]> {
  const further =
    after === undefined
      ? ""
      : " AND (namespace, name, dimension_names, dimension_values) > ({p0:String}, {p1:String}, {p2:Array(String)}, {p3:Array(String)})";
  return await engine.client.rows<Row>({
    // In the order of the table's key the engine reads on only until the limit is reached.
    sql: `SELECT namespace, name, dimension_names, dimension_values FROM metric_series WHERE ${where}${further}
      ORDER BY account, region, namespace, name, dimension_names, dimension_values LIMIT {limit:UInt32}`,
    params: { ...params, limit, ...(after && { p0: after[0], p1: after[1], p2: after[2], p3: after[3] }) },
    ...(signal && { signal }),
  });
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
