import { ChunkedFile } from "./chunked-file.ts";
import type { GroupName, MixedEvent } from "./mixed.ts";
import type { PreparedCall } from "./prepared.ts";

/** PutLogEvents: at most 10,000 events, and 1,048,576 bytes with 26 added for each event. */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const EVENT_OVERHEAD = 26;

type Batch<Group> = { group: Group; stream: string; texts: string[]; messageBytes: number };

/** Gathers events by stream and writes the bodies of PutLogEvents calls, each as large as AWS allows. */
export class CallWriter<Group extends string = GroupName> {
  readonly #file: ChunkedFile;
  readonly #batches = new Map<string, Batch<Group>>();
  readonly #full: PreparedCall[] = [];

  constructor(path: string) {
    this.#file = new ChunkedFile(path);
  }

  add({ group, stream, timestamp, message }: { group: Group } & Omit<MixedEvent, "group">, messageBytes: number): void {
    const key = `${group}\n${stream}`;
    let batch = this.#batches.get(key);
    if (batch === undefined) {
      batch = { group, stream, texts: [], messageBytes: 0 };
      this.#batches.set(key, batch);
    }
    const counted = batch.messageBytes + messageBytes + (batch.texts.length + 1) * EVENT_OVERHEAD;
    if (counted > MAX_BYTES || batch.texts.length === MAX_EVENTS) {
      this.#full.push(this.#write(batch));
      batch.texts = [];
      batch.messageBytes = 0;
    }
    batch.texts.push(`{"timestamp":${timestamp},"message":${JSON.stringify(message)}}`);
    batch.messageBytes += messageBytes;
  }

  /** Writes what is left, and tells where every call stands. */
  close(): { full: PreparedCall[]; rest: PreparedCall[]; streams: { group: Group; stream: string }[] } {
    const batches = [...this.#batches.values()];
    const rest = batches.filter(({ texts }) => texts.length > 0).map((batch) => this.#write(batch));
    this.#file.close();
    return { full: this.#full, rest, streams: batches.map(({ group, stream }) => ({ group, stream })) };
  }

  #write({ group, stream, texts, messageBytes }: Batch<Group>): PreparedCall {
    const head = `{"logGroupName":${JSON.stringify(group)},"logStreamName":${JSON.stringify(stream)},"logEvents":[`;
    const body = Buffer.from(`${head}${texts.join(",")}]}`);
    const offset = this.#file.size;
    this.#file.write(body);
    return { offset, length: body.length, events: texts.length, messageBytes };
  }
}
