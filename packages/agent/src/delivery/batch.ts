import type { LogEvent } from "../lines/event-assembler.ts";
import type { Mark } from "./mark.ts";

/** Rules of PutLogEvents: bytes counted with 26 an event, events, and the time between the first and the last. */
export const MAX_BATCH_BYTES = 1_048_576;
export const EVENT_OVERHEAD = 26;
export const MAX_BATCH_EVENTS = 10_000;
export const MAX_SPAN_MS = 24 * 3_600_000;

/** Events of one stream that travel together. */
export class Batch {
  readonly #times: number[] = [];
  readonly #messages: string[] = [];
  readonly #marks = new Map<Mark, { events: number; end: number }>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #sorted = true;
  /** As the service counts. */
  bytes = 0;
  /** When the first event came. */
  readonly since: number;

  constructor(since: number) {
    this.since = since;
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
    this.#times.push(event.at);
    this.#messages.push(event.message);
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

  /** The list `logEvents` as JSON, in the order of time that the service wants; equal times keep their order. */
  json(): string {
    const times = this.#times;
    const messages = this.#messages;
    let text = "[";
    const put = (index: number) => {
      text += `${text.length > 1 ? "," : ""}{"timestamp":${times[index]},"message":${JSON.stringify(messages[index])}}`;
    };
    if (this.#sorted) for (let index = 0; index < times.length; index++) put(index);
    else for (const index of [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)) put(index);
    return `${text}]`;
  }

  /** The events are stored, in the service or the spool, or given up: their files' positions move. */
  acknowledge(): void {
    for (const [mark, { events, end }] of this.#marks) mark.acknowledged(events, end);
  }
}
