import type { MetricId } from "./metric-id.ts";

export const SAMPLE_COLUMNS = [
  "metric",
  "unit",
  "time",
  "received",
  "put",
  "log_group",
  "filler",
  "samples",
  "total",
  "lowest",
  "highest",
  "vals",
  "counts",
] as const;
export const SAMPLE_FORMAT = "RowBinary";

/** All of a row but its two lists. */
const FIXED_BYTES = 8 + 1 + 4 + 4 + 8 + 4 + 1 + 4 * 8;
/** Length of a list (at most five bytes), twice. */
const LIST_HEADS = 10;

/** What is the same in all rows of a call. */
export interface RowOrigin {
  /** Seconds since 1970. */
  readonly received: number;
  readonly put: bigint;
  /** 0 for values that no log event made. */
  readonly logGroup: number;
}

/** Four figures of a set of values. */
export interface Summary {
  readonly samples: number;
  readonly total: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Writes samples as rows in the order of SAMPLE_COLUMNS, into one buffer that grows. */
export class SampleRows {
  #bytes: Buffer;
  #end = 0;
  #count = 0;
  readonly #received: number;
  readonly #logGroup: number;
  #putLow = 0;
  #putHigh = 0;

  constructor(origin: RowOrigin, expected = 16) {
    this.#bytes = Buffer.allocUnsafe(Math.max(expected, 1) * (FIXED_BYTES + 2));
    this.#received = origin.received;
    this.#logGroup = origin.logGroup;
    this.put = origin.put;
  }

  /** The number that the following rows carry. */
  set put(put: bigint) {
    this.#putLow = Number(put & 0xffffffffn);
    this.#putHigh = Number(put >> 32n);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  /** One value; `time` in seconds since 1970. */
  addValue(metric: MetricId, unit: number, time: number, value: number, filler = 0): void {
    const bytes = this.#room(FIXED_BYTES + LIST_HEADS);
    let at = this.#head(bytes, metric, unit, time, filler);
    at = bytes.writeDoubleLE(1, at);
    at = bytes.writeDoubleLE(value, at);
    at = bytes.writeDoubleLE(value, at);
    at = bytes.writeDoubleLE(value, at);
    bytes[at++] = 0;
    bytes[at++] = 0;
    this.#end = at;
    this.#count += 1;
  }

  /** A set of values of which the summary is known, and the values with their counts where they are not empty. */
  addSummary(
    metric: MetricId,
    unit: number,
    time: number,
    summary: Summary,
    values: readonly number[],
    counts: readonly number[],
  ): void {
    const bytes = this.#room(FIXED_BYTES + LIST_HEADS + 16 * values.length);
    let at = this.#head(bytes, metric, unit, time, 0);
    at = bytes.writeDoubleLE(summary.samples, at);
    at = bytes.writeDoubleLE(summary.total, at);
    at = bytes.writeDoubleLE(summary.lowest, at);
    at = bytes.writeDoubleLE(summary.highest, at);
    at = writeList(bytes, values, at);
    this.#end = writeList(bytes, counts, at);
    this.#count += 1;
  }

  #head(bytes: Buffer, metric: MetricId, unit: number, time: number, filler: number): number {
    let at = bytes.writeUInt32LE(metric.low, this.#end);
    at = bytes.writeUInt32LE(metric.high, at);
    bytes[at++] = unit;
    at = bytes.writeUInt32LE(time, at);
    at = bytes.writeUInt32LE(this.#received, at);
    at = bytes.writeUInt32LE(this.#putLow, at);
    at = bytes.writeUInt32LE(this.#putHigh, at);
    at = bytes.writeUInt32LE(this.#logGroup, at);
    bytes[at++] = filler;
    return at;
  }

  #room(bytes: number): Buffer {
    if (this.#end + bytes <= this.#bytes.length) return this.#bytes;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + bytes));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
    return grown;
  }
}

function writeList(bytes: Buffer, list: readonly number[], start: number): number {
  let at = start;
  let left = list.length;
  while (left >= 128) {
    bytes[at++] = (left & 127) | 128;
    left >>>= 7;
  }
  bytes[at++] = left;
  for (const item of list) at = bytes.writeDoubleLE(item, at);
  return at;
}
