/** A value of a metric, before it is gathered with others. */
export interface Sample {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: ReadonlyMap<string, string>;
  readonly value: number;
  readonly unit: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds: values within it are sent as one datum. Below a minute the datum is of high resolution. */
  readonly resolution: number;
}

/** One datum of PutMetricData, with the namespace of its call. */
export interface Datum {
  readonly namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  /** Epoch seconds. */
  readonly Timestamp: number;
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
  readonly Unit?: string;
  readonly StorageResolution?: 1;
}

/** Of PutMetricData: different values in one datum. */
const MAX_VALUES = 150;
/** Metrics times periods that wait at most; the newest beyond are counted as dropped. */
const MAX_GATHERED = 50_000;

interface Gathered {
  readonly sample: Sample;
  readonly start: number;
  readonly values: Map<number, number>;
}

/** Gathers values by metric and period, exactly: percentiles of the values stay what they are. */
export class Aggregator {
  readonly #gathered = new Map<string, Gathered>();
  readonly #onDropped: (values: number) => void;

  constructor(onDropped: (values: number) => void) {
    this.#onDropped = onDropped;
  }

  get size(): number {
    return this.#gathered.size;
  }

  /** @param count how often the value came */
  add(sample: Sample, count = 1): void {
    // PutMetricData refuses these.
    if (!Number.isFinite(sample.value) || Math.abs(sample.value) > 2 ** 360) {
      this.#onDropped(1);
      return;
    }
    const start = Math.floor(sample.at / sample.resolution) * sample.resolution;
    const key = JSON.stringify([
      sample.namespace,
      sample.name,
      sample.unit,
      start,
      sample.resolution < 60_000,
      ...[...sample.dimensions].sort(),
    ]);
    const gathered = this.#gathered.get(key);
    if (gathered !== undefined) {
      gathered.values.set(sample.value, (gathered.values.get(sample.value) ?? 0) + count);
      return;
    }
    if (this.#gathered.size >= MAX_GATHERED) {
      this.#onDropped(1);
      return;
    }
    this.#gathered.set(key, { sample, start, values: new Map([[sample.value, count]]) });
  }

  /** Takes out what is complete: periods that ended before `now`; all of them when `now` is infinite. */
  take(now: number): readonly Datum[] {
    const data: Datum[] = [];
    for (const [key, { sample, start, values }] of this.#gathered) {
      // A clock that was set back must not keep a period for ever.
      if (start + sample.resolution > now && start - now < 2 * sample.resolution) continue;
      this.#gathered.delete(key);
      const pairs = [...values];
      for (let at = 0; at < pairs.length; at += MAX_VALUES) {
        const part = pairs.slice(at, at + MAX_VALUES);
        data.push({
          namespace: sample.namespace,
          MetricName: sample.name,
          Dimensions: [...sample.dimensions].map(([Name, Value]) => ({ Name, Value })),
          Timestamp: start / 1000,
          Values: part.map(([value]) => value),
          Counts: part.map(([, count]) => count),
          ...(sample.unit !== undefined && { Unit: sample.unit }),
          ...(sample.resolution < 60_000 && { StorageResolution: 1 as const }),
        });
      }
    }
    return data;
  }
}
