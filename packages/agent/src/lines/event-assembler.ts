import type { FileSource } from "../configuration/file-source.ts";
import { MAX_EVENT_BYTES, TRUNCATED } from "./line-splitter.ts";
import { byteLength, isEmpty, type Text, toText } from "./utf8-text.ts";

/** One log event, ready for a batch. */
export interface LogEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Valid until the call that it was given to returns. */
  readonly message: Text;
  /** UTF-8 bytes of the message. */
  readonly bytes: number;
}

export type AssemblerSettings = Pick<FileSource, "timestamp" | "trimTimestamp" | "multiLineStart" | "filters">;

export interface AssemblerOptions {
  readonly settings: AssemblerSettings;
  readonly now: () => number;
  /** @param end offset in the file after the event's last line */
  readonly emit: (event: LogEvent, end: number) => void;
  readonly onTruncated: () => void;
}

/** Makes events of lines: joins them, finds their times, filters. */
export class EventAssembler {
  readonly #options: AssemblerOptions;
  /** Lines of the event that is being gathered. */
  #lines: string[] = [];
  #length = 0;
  #truncated = false;
  #end = 0;
  #lastTime: number | undefined;
  /** Offset after the last line that became an event or was left out. What follows must be read again after a restart. */
  consumed: number;
  /** When the last line of the gathered event came, in the clock's milliseconds. */
  gatheredAt = 0;

  constructor(options: AssemblerOptions, consumed: number) {
    this.#options = options;
    this.consumed = consumed;
  }

  get gathering(): boolean {
    return this.#lines.length > 0;
  }

  line(line: Text, end: number, truncated: boolean): void {
    const start = this.#options.settings.multiLineStart;
    if (start === undefined) {
      this.#finish(line, end, truncated);
      return;
    }
    const text = toText(line);
    if (this.#lines.length > 0 && start.matches(text)) this.flush();
    this.gatheredAt = this.#options.now();
    this.#end = end;
    this.#truncated ||= truncated;
    // UTF-16 units are at most as many as UTF-8 bytes, so the gathered text is bounded; the exact cut is made at the end.
    if (this.#length > MAX_EVENT_BYTES) {
      this.#truncated = true;
      return;
    }
    this.#lines.push(text);
    this.#length += text.length + 1;
  }

  /** Ends the gathered event: its next line did not come in time, or the file is done. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join("\n");
    const truncated = this.#truncated;
    this.#lines = [];
    this.#length = 0;
    this.#truncated = false;
    this.#finish(text, this.#end, truncated);
  }

  #finish(event: Text, end: number, truncated: boolean): void {
    this.consumed = end;
    const { settings, now, emit, onTruncated } = this.#options;
    let message = event;
    let at: number | undefined;
    if (settings.timestamp !== undefined) {
      const text = toText(event);
      const time = settings.timestamp.read(text, now());
      if (time !== undefined) {
        at = time.at;
        this.#lastTime = at;
        if (settings.trimTimestamp) message = text.slice(0, time.start) + text.slice(time.end);
      }
    }
    if (settings.filters.length > 0) {
      const text = toText(event);
      for (const { type, pattern } of settings.filters) {
        if (pattern.matches(text) !== (type === "include")) return;
      }
    }
    // The service takes no empty event.
    if (isEmpty(message)) return;
    let bytes = byteLength(message);
    if (truncated || bytes > MAX_EVENT_BYTES) {
      message = cut(toText(message), MAX_EVENT_BYTES - TRUNCATED.length) + TRUNCATED;
      bytes = Buffer.byteLength(message);
      onTruncated();
    }
    // A line without a time belongs to the time of the line before it, as in the original.
    emit({ at: at ?? this.#lastTime ?? now(), message, bytes }, end);
  }
}

/** The first characters that fit, without half a character at the end. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const encoded = Buffer.from(text);
  let end = bytes;
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString("utf8", 0, end);
}
