import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { saveFileDurably } from "./durable-file.ts";

/** What is done when the spool is full: hold the sources back, or give up the newest or the oldest calls, counted. */
export type WhenFull = "wait" | "drop_newest" | "drop_oldest";

/** A call that waits for its service. */
export interface SpooledCall {
  readonly service: "logs" | "monitoring";
  readonly operation: string;
  /** Of events, or of values. */
  readonly items: number;
  /** Of a call of logs: the stream to create when it is missing. */
  readonly stream?: SpooledStream;
  /** Headers besides the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SpooledStream {
  readonly group: string;
  readonly name: string;
  readonly groupClass?: string;
  readonly retentionDays?: number;
}

export interface SpoolOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  readonly health: Health;
  readonly journal: Journal;
}

interface SpoolFile {
  readonly name: string;
  readonly bytes: number;
  /** Of a call of logs. */
  readonly stream: string | undefined;
}

/** A call as it is read again. */
export interface WaitingCall {
  readonly name: string;
  readonly call: SpooledCall;
  readonly body: Buffer;
}

/** `kept`: on disk, fsynced. `dropped`: given up and counted, as configured. `full`: nothing was done. */
export type SpoolAnswer = "kept" | "dropped" | "full";

/** Names of a group and a stream, and the call's: less than this. */
const MAX_HEAD_BYTES = 16 * 1024;
const NAME = /^(\d{16})\.call$/;

/**
 * Calls that could not be made, on disk: a file each, a line of JSON and then the body. A call is in it when its file has its
 * final name and both are fsynced; a crash leaves at most a file with a temporary name, which the next start removes.
 */
export class Spool {
  readonly #options: SpoolOptions;
  /** Oldest first. */
  readonly #files: SpoolFile[] = [];
  /** How many calls there are for each stream, those included that are being written. */
  readonly #streams = new Map<string, number>();
  /** Of these files, and of those that are being written. */
  #bytes = 0;
  #next = 1;

  constructor(options: SpoolOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(options.directory).sort()) {
      const match = NAME.exec(name);
      if (match === null) {
        if (name.endsWith(".partial")) rmSync(join(options.directory, name), { force: true });
        continue;
      }
      const path = join(options.directory, name);
      const file = { name, bytes: statSync(path).size, stream: keyOf(readHead(path)?.stream) };
      this.#files.push(file);
      this.#count(file, 1);
      this.#next = Number(match[1]) + 1;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get calls(): number {
    return this.#files.length;
  }

  /** Whether calls for a stream wait here: later ones must not overtake them. */
  holds(stream: Pick<SpooledStream, "group" | "name">): boolean {
    return this.#streams.has(keyOf(stream) ?? "");
  }

  /** Keeps a call. Calls of this at the same time keep the order that they were made in. */
  async keep(call: SpooledCall, body: Uint8Array | readonly Uint8Array[]): Promise<SpoolAnswer> {
    const { maxBytes, whenFull, health, journal, directory } = this.#options;
    const head = Buffer.from(`${JSON.stringify(call)}\n`);
    const parts = body instanceof Uint8Array ? [body] : body;
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, head.length);
    if (this.#bytes + bytes > maxBytes) {
      if (whenFull === "wait") return "full";
      if (whenFull === "drop_newest" || bytes > maxBytes) return this.#dropped(call);
      while (this.#files.length > 0 && this.#bytes + bytes > maxBytes) {
        const oldest = this.read();
        if (oldest === undefined) break;
        this.#dropped(oldest.call);
        this.remove(oldest);
      }
    }
    const name = `${String(this.#next++).padStart(16, "0")}.call`;
    const path = join(directory, name);
    const file = { name, bytes, stream: keyOf(call.stream) };
    this.#count(file, 1);
    try {
      await saveFileDurably(path, head, ...parts);
    } catch (error) {
      this.#count(file, -1);
      rmSync(path, { force: true });
      journal.write(
        "warn",
        `the spool ${directory} can not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
      return whenFull === "drop_newest" ? this.#dropped(call) : "full";
    }
    const later = this.#files.findIndex((each) => each.name > name);
    this.#files.splice(later < 0 ? this.#files.length : later, 0, file);
    health.add("EventsSpooled", call.items);
    return "kept";
  }

  /** @returns the oldest call; undefined when there is none. A file that can not be read is reported and left out. */
  read(): WaitingCall | undefined {
    const { directory, journal } = this.#options;
    for (;;) {
      const oldest = this.#files[0];
      if (oldest === undefined) return undefined;
      const path = join(directory, oldest.name);
      try {
        const bytes = readFileSync(path);
        const end = bytes.indexOf(10);
        const call = readCall(bytes.toString("utf8", 0, end));
        if (call !== undefined) return { name: oldest.name, call, body: bytes.subarray(end + 1) };
        journal.write("error", `${path} is no call of the spool and is passed over`);
      } catch (error) {
        journal.write(
          "error",
          `${path} can not be read and is passed over: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      this.#files.shift();
      this.#count(oldest, -1);
    }
  }

  /** Removes what `read` answered; nothing when it was given up meanwhile. */
  remove({ name }: WaitingCall): void {
    const at = this.#files.findIndex((each) => each.name === name);
    const [removed] = at < 0 ? [] : this.#files.splice(at, 1);
    if (removed === undefined) return;
    this.#count(removed, -1);
    rmSync(join(this.#options.directory, name), { force: true });
  }

  #count({ bytes, stream }: SpoolFile, by: 1 | -1): void {
    this.#bytes += bytes * by;
    if (stream === undefined) return;
    const count = (this.#streams.get(stream) ?? 0) + by;
    if (count > 0) this.#streams.set(stream, count);
    else this.#streams.delete(stream);
  }

  #dropped(call: SpooledCall): "dropped" {
    const { health, journal, whenFull, maxBytes } = this.#options;
    health.add(call.service === "logs" ? "EventsDropped" : "MetricValuesDropped", call.items);
    journal.write("error", `the spool is full (${maxBytes} bytes): ${call.items} items were given up (${whenFull})`);
    return "dropped";
  }
}

const keyOf = (stream: Pick<SpooledStream, "group" | "name"> | undefined): string | undefined =>
  stream === undefined ? undefined : `${stream.group}\n${stream.name}`;

/** The line of JSON alone; undefined when it is none. */
function readHead(path: string): SpooledCall | undefined {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(MAX_HEAD_BYTES);
    const text = bytes.toString("utf8", 0, readSync(file, bytes));
    return readCall(text.slice(0, text.indexOf("\n")));
  } finally {
    closeSync(file);
  }
}

function readCall(text: string): SpooledCall | undefined {
  const value = parse(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { service, operation, items, stream, headers }: Partial<Record<string, unknown>> = { ...value };
  if ((service !== "logs" && service !== "monitoring") || typeof operation !== "string" || typeof items !== "number")
    return undefined;
  return {
    service,
    operation,
    items,
    ...(isStream(stream) && { stream }),
    ...(isTextRecord(headers) && { headers }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isTextRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");

const isStream = (value: unknown): value is SpooledStream =>
  typeof value === "object" &&
  value !== null &&
  "group" in value &&
  "name" in value &&
  typeof value.group === "string" &&
  typeof value.name === "string";
