import type { InputEvent } from "./acceptance.ts";

/** The accepted events of one PutLogEvents call. */
export interface EventBatch {
  readonly groupId: number;
  readonly logStreamName: string;
  /** Events below this number belong to a deleted stream of the same name; absent where there is none. */
  readonly streamSince?: string;
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
/** The fastest text format of the embedded engine, and JSON's own writer does the escaping. */
export const EVENT_FORMAT = "JSONCompactEachRow";

/** Writes batches as a JSON array on a line for each event. */
export function encodeBatches(batches: readonly EventBatch[]): Buffer {
  return Buffer.from(batches.map(encodeBatch).join(""), "utf8");
}

function encodeBatch(batch: EventBatch): string {
  const head = `[${batch.groupId},${JSON.stringify(batch.logStreamName)},"`;
  let lines = "";
  let seq = batch.firstSeq;
  let put = batch.firstPut;
  for (const { timestamp, message } of batch.events) {
    // A lone surrogate has no form in UTF-8; it becomes the replacement character, as everywhere else on the way.
    lines += `${head}${seconds(timestamp)}",${seq},${put},${batch.retention},${JSON.stringify(message.toWellFormed())}]\n`;
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
