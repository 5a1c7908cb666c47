import type { LogEvent } from "../lines/event-assembler.ts";
import { ByteChunks, type ChunkPool } from "./byte-chunks.ts";
import type { Mark } from "./mark.ts";

/** Rules of PutLogEvents: bytes counted with 26 an event, events, and the time between the first and the last. */
export const MAX_BATCH_BYTES = 1_048_576;
export const EVENT_OVERHEAD = 26;
export const MAX_BATCH_EVENTS = 10_000;
export const MAX_SPAN_MS = 24 * 3_600_000;

/** Events of one stream that travel together, kept as the JSON that the call will have. */
export class Batch {
  readonly #json: ByteChunks;
  /** Of each event: its time, and where its JSON ends. */
  readonly #times: number[] = [];
  readonly #ends: number[] = [];
  readonly #marks = new Map<Mark, { events: number; end: number }>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #sorted = true;
  /** As the service counts. */
  bytes = 0;
  /** When the first event came. */
  readonly since: number;

  constructor(since: number, pool: ChunkPool) {
    this.since = since;
    this.#json = new ByteChunks(pool);
  }

  get events(): number {
    return this.#times.length;
  }

  /** @returns whether the event may go with the others */
  fits(event: LogEvent): boolean {
    return (
      this.#times.length === 0 ||
      (this.#times.length < MAX_BATCH_EVENTS &&
        this.bytes + event.bytes + EVENT_OVERHEAD <= MAX_BATCH_BYTES &&
        Math.max(this.#last, event.at) - Math.min(this.#first, event.at) < MAX_SPAN_MS)
    );
  }

  /** @param mark of the file that the event is from, and the offset after it; undefined for other sources */
  add(event: LogEvent, mark?: Mark, end = 0): void {
    if (event.at < this.#last) this.#sorted = false;
    this.#first = Math.min(this.#first, event.at);
    this.#last = Math.max(this.#last, event.at);
    this.#json.addText(`{"timestamp":${event.at},"message":${JSON.stringify(event.message)}},`);
    this.#times.push(event.at);
    this.#ends.push(this.#json.length);
    this.bytes += event.bytes + EVENT_OVERHEAD;
    if (mark === undefined) return;
    mark.sent();
    const noted = this.#marks.get(mark);
    if (noted === undefined) this.#marks.set(mark, { events: 1, end });
    else {
      noted.events++;
      noted.end = end;
    }
  }

  /**
   * The body of the call, in pieces that are valid until `acknowledge`. Events are in the order of time that the service
   * wants; equal times keep their order.
   * @param head the call's JSON up to the list of events
   */
  body(head: string): readonly Uint8Array[] {
    const parts = this.#sorted ? this.#json.parts() : [this.#inOrder()];
    const last = parts.at(-1) ?? new Uint8Array();
    // The last event's comma goes.
    return [Buffer.from(head), ...parts.slice(0, -1), last.subarray(0, last.byteLength - 1), Buffer.from("]}")];
  }

  /** The events are stored, in the service or the spool, or given up: their files' positions move. */
  acknowledge(): void {
    this.#json.free();
    for (const [mark, { events, end }] of this.#marks) mark.acknowledged(events, end);
  }

  #inOrder(): Buffer {
    const all = Buffer.concat(this.#json.parts());
    const order = [...this.#times.keys()].sort((a, b) => (this.#times[a] ?? 0) - (this.#times[b] ?? 0) || a - b);
    return Buffer.concat(order.map((index) => all.subarray(this.#ends[index - 1] ?? 0, this.#ends[index])));
  }
}
