import { createAppender, type Engine } from "@nephoscope/engine";
import type { Clock } from "../clock/clock.ts";
import type { MetricAddress } from "./metric.ts";
import type { MetricArrival, MetricArrivals } from "./metric-arrivals.ts";
import { type DimensionLists, dimensionLists, metricId, metricIdOf, metricNumber } from "./metric-id.ts";
import type { BatchOrigin, MetricBatch, MetricWriter } from "./metric-writer.ts";
import { SAMPLE_COLUMNS, SAMPLE_FORMAT, SampleRows } from "./sample-rows.ts";
import { Generations, type NewSeries, type Series } from "./series-registry.ts";
import { unitName } from "./units.ts";

/** What the appender may hold while the engine is slow or away; past it callers are throttled. */
const MAX_QUEUED_BYTES = 64 * 1_048_576;
/**
 * Metrics whose index row is known to be fresh. Each takes about a kilobyte, and up to twice as many are held. A metric that was
 * forgotten is written into the index once more, which costs a row that the next merge removes.
 */
const KNOWN_SERIES = 250_000;
/** The index may be this much behind: AWS's RecentlyActive, too, may be wrong by 50 minutes. */
const REGISTER_AGAIN_MS = 40 * 60_000;

/** The rows of one batch. They go into one part of one partition, so they are stored together or not at all. */
interface Block {
  readonly rows: SampleRows;
  /** Seconds since 1970. */
  readonly received: number;
  /** What the first row says: where it is, the others are. */
  readonly probe: { readonly metric: string; readonly put: bigint };
}

export interface StoreWriter extends MetricWriter, MetricArrivals {
  /** The least `received` of batches that are not settled, in seconds; undefined while there are none. */
  oldestUnsettled(): number | undefined;
  /** Bytes of values that wait for the engine. */
  readonly queuedBytes: number;
  close(): Promise<void>;
}

export function openStoreWriter(engine: Engine, clock: Clock): StoreWriter {
  const samples = createAppender<Block>({
    client: engine.client,
    table: "metric_samples",
    columns: SAMPLE_COLUMNS,
    format: SAMPLE_FORMAT,
    encode: (blocks) => Buffer.concat(blocks.map(({ rows }) => rows.bytes)),
    missing: (blocks) => missingBlocks(engine, blocks),
    maxQueuedBytes: MAX_QUEUED_BYTES,
  });
  const index = createAppender<NewSeries & { readonly seen: number }>({
    client: engine.client,
    table: "metric_series",
    columns: ["account", "region", "namespace", "name", "dimension_names", "dimension_values", "metric", "last_seen"],
    encode: (rows) => Buffer.from(rows.map(seriesLine).join("")),
    // A row that is there twice is merged into one.
    missing: async (rows) => [...rows],
    maxQueuedBytes: MAX_QUEUED_BYTES,
  });
  const known = new Generations<Series>(KNOWN_SERIES);
  const watched = new Map<string, Set<(arrival: MetricArrival) => void>>();
  /** Rises with each change of `watched`, so that series look again who listens. */
  let watches = 0;
  const unsettled = new Map<number, number>();
  /** Batches on their way. A client that gave up waiting sends its call again while the first attempt is still being stored. */
  const underWay = new Map<bigint, Promise<void>>();

  /** Tells the index of series, all at once; until then they carry the promise. */
  const register = (series: readonly [Series, NewSeries][], nowMs: number): Promise<void> => {
    const registering = index
      .append(series.map(([, row]) => ({ ...row, seen: Math.floor(nowMs / 1_000) })))
      .then(() => {
        for (const [entry] of series) entry.registeredAt = nowMs;
      })
      .finally(() => {
        for (const [entry] of series) entry.registering = undefined;
      });
    // Whoever stores values of it waits for the promise; nobody may be left when it fails.
    registering.catch(() => {});
    for (const [entry] of series) entry.registering = registering;
    return registering;
  };

  const begin = ({ account, region, put, logGroup = 0, expected }: BatchOrigin): MetricBatch => {
    const nowMs = clock.now();
    const received = Math.floor(nowMs / 1_000);
    const rows = new SampleRows({ received, put, logGroup }, expected);
    const fresh = new Map<Series, NewSeries>();
    const waits = new Set<Promise<void>>();
    const arrivals: [Series, MetricArrival][] = [];
    const owner = `${account} ${region} `;
    let current: Series | undefined;
    let currentPut = put;
    let probe: Block["probe"] | undefined;

    const choose = (
      key: string,
      namespace: string,
      name: string,
      dimensions: readonly { readonly Name: string; readonly Value: string }[],
      check: (() => void) | undefined,
    ) => {
      const entry = known.get(key) ?? introduce(key, namespace, name, dimensions, check);
      if (entry.registering !== undefined) waits.add(entry.registering);
      // Until this batch is stored, another one of the same series registers it too: twice is harmless, unregistered is not.
      else if (entry.registeredAt === undefined || nowMs - entry.registeredAt > REGISTER_AGAIN_MS)
        fresh.set(entry, { account, region, namespace, name, dimensions: listsOf(dimensions), id: entry.id });
      if (entry.watches !== watches) {
        entry.watches = watches;
        entry.listeners = watched.size === 0 ? undefined : watched.get(metricNumber(entry.id));
      }
      current = entry;
    };
    const introduce = (
      key: string,
      namespace: string,
      name: string,
      dimensions: readonly { readonly Name: string; readonly Value: string }[],
      check: (() => void) | undefined,
    ): Series => {
      check?.();
      const id = metricId(account, region, namespace, name, listsOf(dimensions));
      const entry: Series = { id, registeredAt: undefined, registering: undefined, listeners: undefined, watches: -1 };
      known.set(key, entry);
      return entry;
    };
    const series = (): Series => {
      if (current === undefined) throw new Error("A metric must be chosen before its values are added.");
      return current;
    };
    const seconds = (time: number, resolution: number) => {
      const at = Math.floor(time / 1_000);
      return resolution === 1 ? at : at - (at % 60);
    };
    const arrived = (entry: Series, unit: number, time: number, arrival: Omit<MetricArrival, "unit" | "timestamp">) => {
      probe ??= { metric: metricNumber(entry.id), put: currentPut };
      if (entry.listeners !== undefined)
        arrivals.push([entry, { unit: unitName(unit), timestamp: time * 1_000, ...arrival }]);
    };

    const batch: MetricBatch = {
      metric(namespace, name, dimensions, check) {
        // Each text behind its length, so that no text can pass for two.
        let key = `${owner}${lengthOf(namespace)}${namespace}${lengthOf(name)}${name}`;
        for (let i = 0; i < dimensions.length; i++) {
          const dimension = dimensions[i];
          if (dimension === undefined) continue;
          const { Name, Value } = dimension;
          key += lengthOf(Name) + Name + lengthOf(Value) + Value;
        }
        choose(key, namespace, name, dimensions, check);
      },
      identity({ namespace, metric, dimensions }) {
        batch.metric(
          namespace,
          metric,
          Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        );
      },
      from(next) {
        currentPut = next;
        rows.put = next;
      },
      value(unit, time, resolution, value) {
        const entry = series();
        const at = seconds(time, resolution);
        rows.addValue(entry.id, unit, at, value);
        if (probe === undefined || entry.listeners !== undefined)
          arrived(entry, unit, at, { sampleCount: 1, sum: value, minimum: value, maximum: value });
      },
      values(unit, time, resolution, values, counts) {
        const entry = series();
        const at = seconds(time, resolution);
        const set = summarize(values, counts);
        if (set === undefined) return;
        rows.addSummary(entry.id, unit, at, set.summary, set.values, set.counts);
        const { samples: sampleCount, total: sum, lowest: minimum, highest: maximum } = set.summary;
        arrived(entry, unit, at, { sampleCount, sum, minimum, maximum });
      },
      summary(unit, time, resolution, set) {
        if (set.samples === 0) return;
        const entry = series();
        const at = seconds(time, resolution);
        rows.addSummary(entry.id, unit, at, set, [], []);
        arrived(entry, unit, at, {
          sampleCount: set.samples,
          sum: set.total,
          minimum: set.lowest,
          maximum: set.highest,
        });
      },
      filler(unit, minute, value) {
        const entry = series();
        const at = seconds(minute, 60);
        rows.addValue(entry.id, unit, at, value, 1);
        arrived(entry, unit, at, { sampleCount: 1, sum: value, minimum: value, maximum: value });
      },
      get count() {
        return rows.count;
      },
      async store({ again = false } = {}) {
        if (probe === undefined) return;
        const block: Block = { rows, received, probe };
        const earlier = underWay.get(put);
        const storing = (async () => {
          if (fresh.size > 0) waits.add(register([...fresh], nowMs));
          if (earlier !== undefined) await Promise.allSettled([earlier]);
          const wanted = again || earlier !== undefined ? await missingBlocks(engine, [block], true) : [block];
          await Promise.all([samples.append(wanted), ...waits]);
        })();
        underWay.set(put, storing);
        unsettled.set(received, (unsettled.get(received) ?? 0) + 1);
        try {
          await storing;
        } finally {
          if (underWay.get(put) === storing) underWay.delete(put);
          const left = (unsettled.get(received) ?? 1) - 1;
          if (left === 0) unsettled.delete(received);
          else unsettled.set(received, left);
        }
        for (const [entry, arrival] of arrivals) for (const listener of entry.listeners ?? []) listener(arrival);
      },
    };
    return batch;
  };

  return {
    begin,
    watch(metric: MetricAddress, listener) {
      const number = metricNumber(metricIdOf(metric));
      const listeners = watched.get(number) ?? new Set();
      listeners.add(listener);
      watched.set(number, listeners);
      watches += 1;
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && watched.get(number) === listeners) watched.delete(number);
        watches += 1;
      };
    },
    oldestUnsettled: () => (unsettled.size === 0 ? undefined : Math.min(...unsettled.keys())),
    get queuedBytes() {
      return samples.queuedBytes;
    },
    async close() {
      await Promise.all([samples.close(), index.close()]);
    },
  };
}

const lengthOf = (text: string) => String.fromCharCode(text.length);

function listsOf(dimensions: readonly { readonly Name: string; readonly Value: string }[]): DimensionLists {
  return dimensionLists(Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])));
}

/** The figures of values with their counts; the lists are empty where one value is all there is. Undefined when all counts are 0. */
function summarize(values: readonly number[], counts: readonly number[] | undefined) {
  let samples = 0;
  let total = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const keptValues: number[] = [];
  const keptCounts: number[] = [];
  for (const [i, value] of values.entries()) {
    const count = counts?.[i] ?? 1;
    if (count === 0) continue;
    samples += count;
    total += value * count;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    keptValues.push(value);
    keptCounts.push(count);
  }
  if (samples === 0) return undefined;
  const equal = lowest === highest;
  return {
    summary: { samples, total, lowest, highest },
    values: equal ? [] : keptValues,
    counts: equal ? [] : keptCounts,
  };
}

function seriesLine(row: NewSeries & { readonly seen: number }): string {
  const { account, region, namespace, name, dimensions, id, seen } = row;
  const { names, values } = dimensions;
  return `${JSON.stringify([account, region, namespace, name, names, values, metricNumber(id), seen])}\n`;
}

/** Calls of the same number are sent again within minutes; older parts need not be looked at. */
const AGAIN_SECONDS = 3_600;

/** Those of the blocks that are not stored. A block that may be stored `elsewhen` was received at another time, by an earlier attempt. */
async function missingBlocks(engine: Engine, blocks: readonly Block[], elsewhen = false): Promise<Block[]> {
  const missing: Block[] = [];
  for (const block of blocks) {
    const { metric, put } = block.probe;
    const rows = await engine.client.rows<[number]>({
      sql: `SELECT 1 FROM metric_samples WHERE metric = {metric:UInt64} AND put = {put:UInt64}
        AND received >= {from:UInt32} AND received <= {to:UInt32} LIMIT 1`,
      params: {
        metric,
        put: put.toString(),
        from: elsewhen ? block.received - AGAIN_SECONDS : block.received,
        to: block.received,
      },
    });
    if (rows.length === 0) missing.push(block);
  }
  return missing;
}
