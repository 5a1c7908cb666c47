import type { MetricArrival } from "../../../../platform/metrics/metric-arrivals.ts";
import type { MetricPoints, MetricQuery, TimeRange } from "../../../../platform/metrics/metric-reader.ts";
import type { SimpleStatistic, Statistic } from "../../../../platform/metrics/statistic.ts";
import type { Datapoint, Slot } from "../evaluation/settings.ts";

/** What is known of one grain of time. For Sum and Average the value is the sum. */
interface Grain {
  readonly value: number;
  readonly samples: number;
}

/** Grains kept in memory for one alarm; a longer window is read anew for each evaluation that has something new. */
const MOST_KEPT = 360;
/** Values may be stamped so far ahead (API reference, PutMetricData): they can have come before anybody listened. */
const AHEAD_MS = 2 * 3_600_000;

/**
 * The values of one metric as far as an alarm's window reaches, in grains of the alarm's cadence, from which its periods are put
 * together: a window of five minutes slides by one. Nothing is read again that has not changed: arrivals say which grains have.
 */
export class SeriesWindow {
  readonly #statistic: Statistic;
  readonly #grainMs: number;
  readonly #periodMs: number;
  readonly #kept: boolean;
  /** The statistic can't be put together from grains: whole periods are read. */
  readonly #whole: boolean;
  readonly #known = new Map<number, Grain>();
  readonly #changed = new Set<number>();
  #cold = true;
  /** Up to here everything has been read at least once; from `#heardFrom` on arrivals have told of everything. */
  #readTo = 0;
  #heardFrom = 0;
  /** The last read found nothing at all. */
  #empty = false;

  constructor(statistic: Statistic, periodSeconds: number, grainSeconds: number, rangePeriods: number) {
    this.#statistic = statistic;
    this.#periodMs = periodSeconds * 1_000;
    this.#grainMs = grainSeconds * 1_000;
    this.#whole = !isSimple(statistic) && periodSeconds > grainSeconds;
    this.#kept = !this.#whole && (rangePeriods * this.#periodMs) / this.#grainMs <= MOST_KEPT;
  }

  /** The part of a query that the window decides. */
  get query(): Pick<MetricQuery, "period" | "statistic"> {
    const { kind } = this.#statistic;
    return {
      period: (this.#whole ? this.#periodMs : this.#grainMs) / 1_000,
      statistic: kind === "Average" ? { kind: "Sum" } : this.#statistic,
    };
  }

  /** Reads must begin exactly where they are asked to: periods are counted from there. */
  get exact(): boolean {
    return this.#whole;
  }

  get statistic(): Statistic {
    return this.#statistic;
  }

  /** Milliseconds of a grain. */
  get grainMs(): number {
    return this.#grainMs;
  }

  /** Takes note of a value that has come; returns the start of its grain. */
  arrived(timestamp: number): number {
    const grain = Math.floor(timestamp / this.#grainMs) * this.#grainMs;
    this.#changed.add(grain);
    return grain;
  }

  /**
   * What must be read before periods between these times can be told. It counts as read from now on: whatever arrives while
   * the read is under way is marked as changed again. After a read that failed call `forget`.
   */
  take(startMs: number, endMs: number, nowMs: number): TimeRange | undefined {
    const from = Math.floor(startMs / this.#grainMs) * this.#grainMs;
    if (this.#cold) {
      this.#cold = false;
      this.#changed.clear();
      this.#readTo = endMs;
      this.#heardFrom = nowMs + AHEAD_MS;
      return { startMs: from, endMs };
    }
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    if (endMs > this.#readTo && this.#readTo < this.#heardFrom) {
      first = Math.max(from, this.#readTo);
      last = endMs - this.#grainMs;
      this.#readTo = endMs;
    }
    for (const grain of this.#changed) {
      if (grain >= endMs) continue;
      this.#changed.delete(grain);
      if (grain < from) continue;
      first = Math.min(first, grain);
      last = Math.max(last, grain);
    }
    const isNew = first <= last;
    if (!this.#kept) return isNew || !this.#empty ? { startMs: from, endMs } : undefined;
    return isNew ? { startMs: first, endMs: last + this.#grainMs } : undefined;
  }

  /** The answer to a read of `range`. */
  fill(range: TimeRange, points: MetricPoints): void {
    if (!this.#kept) this.#known.clear();
    for (let grain = range.startMs; grain < range.endMs; grain += this.#grainMs) this.#known.delete(grain);
    this.#empty = points.timestamps.length === 0;
    points.timestamps.forEach((at, index) => {
      const value = points.values[index];
      if (value === undefined || at < range.startMs || at >= range.endMs) return;
      this.#known.set(at, { value, samples: points.sampleCounts[index] ?? 0 });
    });
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#cold = true;
    this.#known.clear();
    this.#changed.clear();
  }

  /** The periods that begin at these times. */
  slots(starts: readonly number[], lengthOf: (start: number) => number): Slot[] {
    return starts.map((at) => ({ at, point: this.#point(at, at + lengthOf(at)) }));
  }

  /** Drops what lies before a time; of a window that is not kept, everything. */
  prune(beforeMs: number): void {
    if (!this.#kept) this.#known.clear();
    for (const grain of this.#known.keys()) if (grain + this.#grainMs <= beforeMs) this.#known.delete(grain);
  }

  /**
   * What the period up to the end of the arrival's grain would be with the arrival added to what is known: a guess, for
   * deciding whether to look. `pending` holds what arrived for grains since they were read.
   */
  guess(grain: number, pending: ReadonlyMap<number, Totals>): Datapoint | undefined {
    const end = grain + this.#grainMs;
    const start = end - this.#periodMs;
    const grains: Grain[] = [];
    for (let at = start; at < end; at += this.#grainMs) {
      const known = this.#known.get(at);
      const totals = pending.get(at);
      if (known !== undefined) grains.push(known);
      if (totals !== undefined) grains.push(grainOf(totals, this.#statistic));
    }
    return this.#fold(start, grains);
  }

  #point(start: number, end: number): Datapoint | undefined {
    const grains: Grain[] = [];
    for (let at = start; at < end; at += this.#whole ? this.#periodMs : this.#grainMs) {
      const grain = this.#known.get(at);
      if (grain !== undefined) grains.push(grain);
    }
    return this.#fold(start, grains);
  }

  #fold(at: number, grains: readonly Grain[]): Datapoint | undefined {
    const [first] = grains;
    if (first === undefined) return undefined;
    const sampleCount = grains.reduce((sum, { samples }) => sum + samples, 0);
    return { at, value: foldValues(this.#statistic, grains, first, sampleCount), sampleCount };
  }
}

/** Values that arrived, added up. */
export interface Totals {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export function addTotals(before: Totals | undefined, arrival: MetricArrival | Totals): Totals {
  if (before === undefined) return arrival;
  return {
    sampleCount: before.sampleCount + arrival.sampleCount,
    sum: before.sum + arrival.sum,
    minimum: Math.min(before.minimum, arrival.minimum),
    maximum: Math.max(before.maximum, arrival.maximum),
  };
}

export function isSimple(statistic: Statistic): statistic is { readonly kind: SimpleStatistic } {
  return ["SampleCount", "Average", "Sum", "Minimum", "Maximum"].includes(statistic.kind);
}

function grainOf(totals: Totals, { kind }: Statistic): Grain {
  const samples = totals.sampleCount;
  if (kind === "SampleCount") return { value: samples, samples };
  if (kind === "Minimum") return { value: totals.minimum, samples };
  if (kind === "Sum" || kind === "Average") return { value: totals.sum, samples };
  // Any other statistic of the values lies nowhere above the greatest one.
  return { value: totals.maximum, samples };
}

function foldValues({ kind }: Statistic, grains: readonly Grain[], first: Grain, samples: number): number {
  switch (kind) {
    case "Minimum":
      return grains.reduce((least, { value }) => Math.min(least, value), first.value);
    case "Maximum":
      return grains.reduce((most, { value }) => Math.max(most, value), first.value);
    case "Sum":
    case "SampleCount":
      return grains.reduce((sum, { value }) => sum + value, 0);
    case "Average":
      return grains.reduce((sum, { value }) => sum + value, 0) / samples;
    default:
      return first.value;
  }
}
