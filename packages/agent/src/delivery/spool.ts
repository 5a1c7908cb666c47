import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { writeFileDurably } from "./durable-file.ts";

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

/** `kept`: on disk, fsynced. `dropped`: given up and counted, as configured. `full`: nothing was done. */
export type SpoolAnswer = "kept" | "dropped" | "full";

const NAME = /^(\d{16})\.call$/;

/**
 * Calls that could not be made, on disk: a file each, a line of JSON and then the body. A call is in it when its file has its
 * final name and both are fsynced; a crash leaves at most a file with a temporary name, which the next start removes.
 */
export class Spool {
  readonly #options: SpoolOptions;
  /** Names and sizes, oldest first. */
  readonly #files: { readonly name: string; readonly bytes: number }[] = [];
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
      const bytes = statSync(join(options.directory, name)).size;
      this.#files.push({ name, bytes });
      this.#bytes += bytes;
      this.#next = Number(match[1]) + 1;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get calls(): number {
    return this.#files.length;
  }

  /** Keeps a call. Writing is synchronous: it happens at most a few times a second, while the service is away. */
  keep(call: SpooledCall, body: Uint8Array | readonly Uint8Array[]): SpoolAnswer {
    const { maxBytes, whenFull, health, journal, directory } = this.#options;
    const head = Buffer.from(`${JSON.stringify(call)}\n`);
    const parts = body instanceof Uint8Array ? [body] : body;
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, head.length);
    if (this.#bytes + bytes > maxBytes) {
      if (whenFull === "wait") return "full";
      if (whenFull === "drop_newest" || bytes > maxBytes) return this.#dropped(call);
      while (this.#files.length > 0 && this.#bytes + bytes > maxBytes) {
        const oldest = this.read();
        if (oldest !== undefined) this.#dropped(oldest.call);
        this.removeOldest();
      }
    }
    const name = `${String(this.#next++).padStart(16, "0")}.call`;
    const path = join(directory, name);
    try {
      writeFileDurably(path, head, ...parts);
    } catch (error) {
      rmSync(path, { force: true });
      journal.write(
        "warn",
        `the spool ${directory} can not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
      return whenFull === "drop_newest" ? this.#dropped(call) : "full";
    }
    this.#files.push({ name, bytes });
    this.#bytes += bytes;
    health.add("EventsSpooled", call.items);
    return "kept";
  }

  /** @returns the oldest call; undefined when there is none. A file that can not be read is reported and left out. */
  read(): { readonly call: SpooledCall; readonly body: Buffer } | undefined {
    const { directory, journal } = this.#options;
    for (;;) {
      const oldest = this.#files[0];
      if (oldest === undefined) return undefined;
      const path = join(directory, oldest.name);
      try {
        const bytes = readFileSync(path);
        const end = bytes.indexOf(10);
        const call = readCall(bytes.toString("utf8", 0, end));
        if (call !== undefined) return { call, body: bytes.subarray(end + 1) };
        journal.write("error", `${path} is no call of the spool and is passed over`);
      } catch (error) {
        journal.write(
          "error",
          `${path} can not be read and is passed over: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      this.#files.shift();
      this.#bytes -= oldest.bytes;
    }
  }

  /** Removes what `read` answered. */
  removeOldest(): void {
    const oldest = this.#files.shift();
    if (oldest === undefined) return;
    this.#bytes -= oldest.bytes;
    rmSync(join(this.#options.directory, oldest.name), { force: true });
  }

  #dropped(call: SpooledCall): "dropped" {
    const { health, journal, whenFull, maxBytes } = this.#options;
    health.add(call.service === "logs" ? "EventsDropped" : "MetricValuesDropped", call.items);
    journal.write("error", `the spool is full (${maxBytes} bytes): ${call.items} items were given up (${whenFull})`);
    return "dropped";
  }
}

function readCall(text: string): SpooledCall | undefined {
  const value: unknown = JSON.parse(text);
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

const isTextRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");

const isStream = (value: unknown): value is SpooledStream =>
  typeof value === "object" &&
  value !== null &&
  "group" in value &&
  "name" in value &&
  typeof value.group === "string" &&
  typeof value.name === "string";
