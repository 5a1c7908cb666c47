import type { StoragePeriod } from "../groups/log-group.ts";
import type { Events } from "./events.ts";
import type { RowMemory } from "./row-memory.ts";

/** The accepted events of one PutLogEvents call. */
export interface EventBatch {
  readonly groupId: number;
  /** The table that it goes into, and where earlier events of the group are (see event-tables). */
  readonly table: string;
  readonly stored?: readonly StoragePeriod[] | undefined;
  readonly logStreamName: string;
  /** Events below this number belong to a deleted stream of the same name; absent where there is none. */
  readonly streamSince?: string;
  /** Days at the time of writing, 0 for never: it picks the partition, so that expired events go by whole parts. */
  readonly retention: number;
  /** The first event's number; the others' follow it. */
  readonly firstSeq: bigint;
  /** The first event's place in its call (see put-id); the others' follow it. */
  readonly firstPut: bigint;
  readonly events: Events;
  /** Message bytes in all. */
  readonly bytes: number;
}

export const EVENT_COLUMNS = ["group_id", "stream", "timestamp", "seq", "put", "retention", "message"] as const;
/** The cheapest for both sides: numbers as they are, texts after their length, nothing to escape or to parse. */
export const EVENT_FORMAT = "RowBinary";

/** Bytes of a row besides its two texts: five numbers, and lengths of at most five bytes each. */
const FIXED_BYTES = 4 + 8 + 8 + 8 + 2 + 5 + 5;

/** Writes batches as rows in the order of EVENT_COLUMNS. */
export function encodeBatches(batches: readonly EventBatch[], memory: RowMemory): Buffer {
  const heads = batches.map(({ groupId, logStreamName }) => encodeHead(groupId, logStreamName));
  const room = batches.map(({ events, bytes }, i) => events.length * ((heads[i]?.length ?? 0) + FIXED_BYTES) + bytes);
  const rows = memory.take(room.reduce((sum, bytes) => sum + bytes, 0));
  let at = 0;
  for (const [i, batch] of batches.entries()) at = writeBatch(rows, heads[i] ?? Buffer.alloc(0), batch, at);
  return rows.subarray(0, at);
}

function writeBatch(rows: Buffer, head: Buffer, batch: EventBatch, start: number): number {
  const { retention, firstSeq, firstPut, events } = batch;
  const seq = new Counter(firstSeq);
  const put = new Counter(firstPut);
  let at = start;
  for (let i = 0; i < events.length; i++) {
    at += head.copy(rows, at);
    at = writeTime(rows, events.timestamp(i), at);
    at = seq.write(rows, at);
    at = put.write(rows, at);
    at = rows.writeUInt16LE(retention, at);
    at = events.copyMessage(i, rows, writeLength(rows, events.messageBytes(i), at));
  }
  return at;
}

/** The columns that all rows of a batch share. */
function encodeHead(groupId: number, logStreamName: string): Buffer {
  const head = Buffer.allocUnsafe(4 + 5 + logStreamName.length * 3);
  return head.subarray(0, writeText(head, logStreamName, head.writeUInt32LE(groupId, 0)));
}

/** DateTime64(3): milliseconds as a signed number of 64 bits. */
function writeTime(rows: Buffer, ms: number, at: number): number {
  rows.writeInt32LE(ms | 0, at);
  return rows.writeInt32LE(Math.floor(ms / TWO_32), at + 4);
}

function writeText(rows: Buffer, text: string, at: number): number {
  const start = writeLength(rows, Buffer.byteLength(text), at);
  return start + rows.write(text, start, "utf8");
}

/** A text's length in base 128, seven bits a byte, lowest first. */
function writeLength(rows: Buffer, bytes: number, start: number): number {
  let at = start;
  let left = bytes;
  while (left >= 128) {
    rows[at++] = (left & 127) | 128;
    left >>>= 7;
  }
  rows[at++] = left;
  return at;
}

const TWO_32 = 2 ** 32;

/** A rising number of 64 bits, in two halves: arithmetic with a bigint for each row costs more than writing the row. */
class Counter {
  #low: number;
  #high: number;

  constructor(first: bigint) {
    this.#low = Number(first & 0xffffffffn);
    this.#high = Number(first >> 32n);
  }

  write(rows: Buffer, at: number): number {
    rows.writeUInt32LE(this.#low, at);
    const end = rows.writeUInt32LE(this.#high, at + 4);
    this.#low += 1;
    if (this.#low === TWO_32) {
      this.#low = 0;
      this.#high += 1;
    }
    return end;
  }
}
