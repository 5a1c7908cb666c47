import type { InputEvent } from "./acceptance.ts";

/** The accepted events of one PutLogEvents call. */
export interface EventBatch {
  readonly groupId: number;
  readonly logStreamName: string;
  /** Days at the time of writing, 0 for never: it picks the partition, so that expired events go by whole parts. */
  readonly retention: number;
  /** The first event's number; the others' follow it. */
  readonly firstSeq: bigint;
  /** The first event's place in its call (see put-id); the others' follow it. */
  readonly firstPut: bigint;
  readonly events: readonly InputEvent[];
  /** Message bytes in all. */
  readonly bytes: number;
}

export const EVENT_COLUMNS = ["group_id", "stream", "timestamp", "seq", "put", "retention", "message"] as const;
export const EVENT_FORMAT = "TabSeparated";

/** Writes batches in ClickHouse's TabSeparated format: a line for each event, times as milliseconds. */
export function encodeBatches(batches: readonly EventBatch[]): Buffer {
  return Buffer.concat(batches.map((batch) => Buffer.from(encodeBatch(batch), "utf8")));
}

function encodeBatch(batch: EventBatch): string {
  const head = `${batch.groupId}\t${escapeTab(batch.logStreamName)}\t`;
  let lines = "";
  let seq = batch.firstSeq;
  let put = batch.firstPut;
  for (const { timestamp, message } of batch.events) {
    lines += `${head}${seconds(timestamp)}\t${seq}\t${put}\t${batch.retention}\t${escapeTab(message)}\n`;
    seq++;
    put++;
  }
  return lines;
}

/** A DateTime64(3) is written as seconds with three decimals. */
function seconds(ms: number): string {
  const rest = ms % 1_000;
  return `${(ms - rest) / 1_000}.${String(rest).padStart(3, "0")}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0" };
const SPECIAL = /[\\\t\n\r\0]/;
const ALL_SPECIAL = /[\\\t\n\r\0]/g;

/** Most messages hold nothing to escape, and testing is much cheaper than replacing. */
function escapeTab(text: string): string {
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (char) => ESCAPES[char] ?? char) : text;
}
