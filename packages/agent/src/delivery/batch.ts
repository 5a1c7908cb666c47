import type { LogEvent } from "../lines/event-assembler.ts";
import { ByteChunks, type ChunkPool } from "./byte-chunks.ts";
import type { Mark } from "./mark.ts";

/** Rules of PutLogEvents: bytes counted with 26 an event, events, and the time between the first and the last. */
export const MAX_BATCH_BYTES = 1_048_576;
export const EVENT_OVERHEAD = 26;
export const MAX_BATCH_EVENTS = 10_000;
export const MAX_SPAN_MS = 24 * 3_600_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const AFTER_TIME = ',"message":"';
const BEFORE_TIME = '{"timestamp":';
/** Closes the message and the event, and goes on with the list. */
const AFTER_MESSAGE = Buffer.from('"},');

/** Events of one stream that travel together, kept as the JSON that the call will have. */
export class Batch {
  readonly #json: ByteChunks;
  readonly #marks = new Map<Mark, { events: number; end: number }>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #sorted = true;
  /** What stands before the message of an event of this time: lines that are read together share it. */
  #prefix: Buffer = Buffer.alloc(0);
  #prefixAt: number | undefined;
  events = 0;
  /** As the service counts. */
  bytes = 0;
  /** When the first event came. */
  readonly since: number;

  constructor(since: number, pool: ChunkPool) {
    this.since = since;
    this.#json = new ByteChunks(pool);
  }

  /** @returns whether the event may go with the others */
  fits(event: LogEvent): boolean {
    return (
      this.events === 0 ||
      (this.events < MAX_BATCH_EVENTS &&
        this.bytes + event.bytes + EVENT_OVERHEAD <= MAX_BATCH_BYTES &&
        Math.max(this.#last, event.at) - Math.min(this.#first, event.at) < MAX_SPAN_MS)
    );
  }

  /** @param mark of the file that the event is from, and the offset after it; undefined for other sources */
  add(event: LogEvent, mark?: Mark, end = 0): void {
    this.#addJson(event);
    this.events++;
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

  #addJson({ at, message }: LogEvent): void {
    if (at !== this.#prefixAt) {
      this.#prefix = Buffer.from(`${BEFORE_TIME}${at}${AFTER_TIME}`);
      this.#prefixAt = at;
    }
    if (at < this.#last) this.#sorted = false;
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
    this.#json.addBytes(this.#prefix);
    if (typeof message === "string") this.#json.addText(JSON.stringify(message).slice(1, -1));
    else this.#json.addJson(message.bytes, message.start, message.end);
    this.#json.addBytes(AFTER_MESSAGE);
  }

  /** Finds the events in the JSON again, which is needed seldom, and puts them in order. */
  #inOrder(): Buffer {
    const all = Buffer.concat(this.#json.parts());
    const events: { readonly at: number; readonly start: number; readonly end: number }[] = [];
    for (let start = 0; start < all.length; ) {
      const comma = all.indexOf(AFTER_TIME, start);
      let quote = comma + AFTER_TIME.length;
      for (; all[quote] !== QUOTE; quote++) if (all[quote] === BACKSLASH) quote++;
      const end = quote + AFTER_MESSAGE.length;
      events.push({ at: Number(all.toString("latin1", start + BEFORE_TIME.length, comma)), start, end });
      start = end;
    }
    // Sorting is stable.
    return Buffer.concat(events.toSorted((a, b) => a.at - b.at).map(({ start, end }) => all.subarray(start, end)));
  }
}
