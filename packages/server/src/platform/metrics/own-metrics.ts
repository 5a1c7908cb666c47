import { randomBytes } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { MetricAddress } from "./metric.ts";
import type { MetricWriter, SampleSet } from "./metric-writer.ts";
import { type Unit, unitNumber } from "./units.ts";

/** Metrics that the server publishes of itself, as AWS's services do: `AWS/Logs`, `AWS/Usage`. */
export interface OwnMetrics {
  /** Counts one value in, under the minute of now. Costs a look-up; the store gets each metric's minute once. */
  add(metric: MetricAddress, unit: Unit, value: number): void;
  /** Writes what was counted. */
  flush(): Promise<void>;
}

/** Metrics of one minute. Past it further ones are left out until the next minute: they are about us, and must not fill memory. */
const MAX_METRICS = 20_000;
const FLUSH_MS = 10_000;
const MINUTE_MS = 60_000;

interface Counted {
  readonly metric: MetricAddress;
  readonly unit: Unit;
  set: SampleSet;
}

/**
 * Sums up by metric and minute. A stop or a crash loses what was counted since the last flush, ten seconds at most: these values tell how
 * busy the server is, and nothing that was acknowledged.
 */
export function openOwnMetrics(writer: MetricWriter, jobs: Jobs, clock: Clock): OwnMetrics {
  let counted = new Map<string, Counted>();
  let minute = minuteOf(clock.now());
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    const [taken, at] = [counted, minute];
    counted = new Map();
    minute = minuteOf(clock.now());
    if (taken.size > 0) writing = writing.catch(() => {}).then(() => write(writer, [...taken.values()], at));
    return writing;
  };
  jobs.every("own-metrics", FLUSH_MS, flush);

  return {
    add(metric, unit, value) {
      if (minuteOf(clock.now()) !== minute) flush().catch(() => {});
      const key = keyOf(metric, unit);
      const entry = counted.get(key);
      if (entry !== undefined) {
        const { samples, total, lowest, highest } = entry.set;
        entry.set = {
          samples: samples + 1,
          total: total + value,
          lowest: Math.min(lowest, value),
          highest: Math.max(highest, value),
        };
      } else if (counted.size < MAX_METRICS)
        counted.set(key, { metric, unit, set: { samples: 1, total: value, lowest: value, highest: value } });
    },
    flush,
  };
}

const minuteOf = (ms: number) => ms - (ms % MINUTE_MS);

function keyOf({ account, region, namespace, metric, dimensions }: MetricAddress, unit: Unit): string {
  let key = `${account}\n${region}\n${namespace}\n${metric}\n${unit}`;
  for (const name in dimensions) key += `\n${name}\n${dimensions[name]}`;
  return key;
}

async function write(writer: MetricWriter, counted: readonly Counted[], minute: number): Promise<void> {
  const owners = Map.groupBy(counted, ({ metric }) => `${metric.account} ${metric.region}`);
  for (const entries of owners.values()) {
    const [first] = entries;
    if (first === undefined) continue;
    const { account, region } = first.metric;
    const batch = writer.begin({ account, region, put: randomBytes(8).readBigUInt64LE(0), expected: entries.length });
    for (const { metric, unit, set } of entries) {
      batch.identity(metric);
      batch.summary(unitNumber(unit) ?? 0, minute, 60, set);
    }
    await batch.store();
  }
}
