import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { JournalSource } from "../configuration/journal-source.ts";
import { writeFileDurably } from "../delivery/durable-file.ts";
import type { LogDelivery } from "../delivery/log-delivery.ts";
import { Mark } from "../delivery/mark.ts";
import type { StreamName } from "../delivery/stream-name.ts";
import type { Journal } from "../health/journal.ts";
import { MAX_EVENT_BYTES } from "../lines/line-splitter.ts";
import { parseJournalEntry } from "./journal-entry.ts";

export interface JournalCollectorOptions {
  readonly sources: readonly { readonly source: JournalSource; readonly stream: StreamName }[];
  readonly delivery: LogDelivery;
  /** For the cursors. */
  readonly directory: string;
  readonly journal: Journal;
  readonly now: () => number;
}

const RESTART_MS = 5_000;
const SAVE_MS = 1_000;
/** Cursors of entries that are on their way; beyond, reading waits. */
const MAX_ON_THEIR_WAY = 100_000;

/** Reads systemd's journal through `journalctl --follow`, a process for each source, from the entry after the last stored one. */
export class JournalCollector {
  readonly #options: JournalCollectorOptions;
  readonly #stop = new AbortController();
  readonly #readers: JournalReader[];
  #running: readonly Promise<void>[] = [];
  #saving: NodeJS.Timeout | undefined;

  constructor(options: JournalCollectorOptions) {
    this.#options = options;
    if (options.sources.length > 0) mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    this.#readers = options.sources.map(({ source, stream }) => new JournalReader(source, stream, options));
  }

  start(): void {
    if (this.#readers.length === 0) return;
    this.#running = this.#readers.map((reader) => reader.run(this.#stop.signal));
    this.#saving = setInterval(() => this.#save(), SAVE_MS);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#saving);
    await Promise.all(this.#running);
  }

  close(): void {
    this.#save();
  }

  #save(): void {
    for (const reader of this.#readers) reader.save(this.#options.journal);
  }
}

class JournalReader {
  readonly #source: JournalSource;
  readonly #stream: StreamName;
  readonly #options: JournalCollectorOptions;
  readonly #path: string;
  /** Cursors by the number that stands for an offset in the mark. */
  readonly #cursors = new Map<number, string>();
  readonly #mark = new Mark(0, () => {});
  #count = 0;
  #stored: string | undefined;
  #saved: string | undefined;

  constructor(source: JournalSource, stream: StreamName, options: JournalCollectorOptions) {
    this.#source = source;
    this.#stream = stream;
    this.#options = options;
    const key = createHash("sha256")
      .update(JSON.stringify([source.units, stream.group, stream.name]))
      .digest("hex")
      .slice(0, 32);
    this.#path = join(options.directory, `${key}.cursor`);
    this.#stored = readCursor(this.#path);
    this.#saved = this.#stored;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { journal } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (error) {
        journal.write(
          "error",
          `the journal can not be read: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      await sleep(RESTART_MS, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  /** Makes durable how far the journal is stored. */
  save(journal: Journal): void {
    const position = this.#mark.position;
    for (const [number, cursor] of this.#cursors) {
      if (number > position) break;
      this.#stored = cursor;
      this.#cursors.delete(number);
    }
    if (this.#stored === undefined || this.#stored === this.#saved) return;
    try {
      writeFileDurably(this.#path, this.#stored);
      this.#saved = this.#stored;
    } catch (error) {
      journal.write(
        "error",
        `${this.#path} can not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { delivery, journal } = this.#options;
    const last = [...this.#cursors.values()].at(-1) ?? this.#stored;
    const units = this.#source.units.flatMap((unit) => ["--unit", unit]);
    const from = last === undefined ? ["--lines=all"] : [`--after-cursor=${last}`];
    const child = spawn(
      "journalctl",
      ["--follow", "--output=json", "--all", "--no-pager", "--quiet", ...from, ...units],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const stop = () => child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    const failed = new Promise<string>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code) => resolve(`journalctl ended with ${code}`));
    });
    child.stderr.on("data", (text) => journal.write("warn", `journalctl: ${String(text).trim()}`));
    for await (const line of createInterface({ input: child.stdout })) {
      if (signal.aborted) break;
      this.#take(line);
      await delivery.waitForRoom();
      while (this.#cursors.size > MAX_ON_THEIR_WAY && !signal.aborted) await sleep(100);
    }
    signal.removeEventListener("abort", stop);
    child.kill("SIGTERM");
    const reason = await failed;
    if (!signal.aborted) throw new Error(reason);
  }

  #take(line: string): void {
    const { delivery } = this.#options;
    const entry = parseJournalEntry(line);
    if (entry === undefined) return;
    const number = ++this.#count;
    this.#cursors.set(number, entry.cursor);
    const wanted = this.#source.filters.every(
      ({ type, pattern }) => pattern.matches(entry.message) === (type === "include"),
    );
    if (wanted && entry.message !== "") {
      const message = entry.message.slice(0, MAX_EVENT_BYTES / 4);
      delivery.add(this.#stream, { at: entry.at, message, bytes: Buffer.byteLength(message) }, this.#mark, number);
    }
    this.#mark.consumed(number);
  }
}

function readCursor(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
