import { setTimeout as sleep } from "node:timers/promises";
import type { FileSource } from "../configuration/file-source.ts";
import type { LogDelivery } from "../delivery/log-delivery.ts";
import type { StreamName } from "../delivery/stream-name.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { Directories } from "./directories.ts";
import { findFiles } from "./glob.ts";
import { identityKey, identityOf } from "./identity.ts";
import { Pause } from "./pause.ts";
import type { PositionStore } from "./position-store.ts";
import { ReadBuffers } from "./read-buffers.ts";
import { isCompressed } from "./rotated-names.ts";
import { SourceWatcher } from "./source-watcher.ts";

export interface CollectedSource {
  readonly source: FileSource;
  /** The stream of a file. @param path of the file; matters for sources that take every file */
  readonly streamOf: (path: string) => StreamName;
}

export interface FileCollectorOptions {
  readonly sources: readonly CollectedSource[];
  readonly delivery: LogDelivery;
  readonly positions: PositionStore;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
}

/** How often a file is looked at when no name changes. */
const TURN_MS = 200;
/** How often positions are written. What is acknowledged in between is sent again after a crash. */
const SAVE_MS = 1_000;
/** How often new files of a source that takes every file are looked for. */
const EVERY_FILE_MS = 1_000;
/** Files that one such source follows at most. */
const MAX_FILES = 10_000;

/** Runs a watcher for each source. A source that fails is reported and tried again; the others go on. */
export class FileCollector {
  readonly #options: FileCollectorOptions;
  readonly #buffers = new ReadBuffers();
  readonly #directories = new Directories();
  readonly #stop = new AbortController();
  readonly #watchers = new Map<string, SourceWatcher>();
  readonly #running: Promise<void>[] = [];
  #saving: NodeJS.Timeout | undefined;

  constructor(options: FileCollectorOptions) {
    this.#options = options;
  }

  start(): void {
    for (const collected of this.#options.sources) {
      const { source } = collected;
      this.#running.push(
        source.everyFile
          ? this.#watchEvery(collected)
          : this.#watch(keyOf(source, undefined), collected, source.filePath, this.#stop.signal),
      );
    }
    this.#saving = setInterval(() => void this.save(), SAVE_MS);
  }

  get files(): number {
    return [...this.#watchers.values()].reduce((sum, watcher) => sum + watcher.files, 0);
  }

  /** Bytes that are in files and were not read yet. */
  get behind(): number {
    return [...this.#watchers.values()].reduce((sum, watcher) => sum + watcher.behind, 0);
  }

  /** Writes the positions that moved. */
  async save(): Promise<void> {
    for (const [key, watcher] of this.#watchers) {
      if (watcher.takeMoved()) this.#options.positions.set(key, watcher.positions());
    }
    await this.#options.positions.save();
  }

  /** Stops reading. `save` follows when the delivery has acknowledged what it could, then `close`. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#saving);
    await Promise.all(this.#running);
  }

  /** Lets go of the files. */
  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  async #watch(key: string, collected: CollectedSource, path: string, signal: AbortSignal): Promise<void> {
    const { source, streamOf } = collected;
    const { delivery, positions, health, journal, now } = this.#options;
    const stream = streamOf(path);
    const pause = new Pause();
    const onStop = () => pause.end();
    signal.addEventListener("abort", onStop, { once: true });
    const watcher = new SourceWatcher({
      source,
      path,
      positions: positions.get(key),
      follower: {
        now,
        emit: (event, mark, end) => delivery.add(stream, event, mark, end),
        onTruncated: () => health.add("EventsTruncated"),
      },
      hasRoom: () => delivery.room,
      directories: this.#directories,
      onNames: () => pause.end(),
      buffers: this.#buffers,
      health,
      journal,
      now,
    });
    this.#watchers.set(key, watcher);
    while (!signal.aborted) {
      let more = false;
      try {
        more = await watcher.turn();
      } catch (error) {
        journal.write("error", `${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      if (more && delivery.room) continue;
      if (more) await delivery.waitForRoom(TURN_MS);
      else await pause.take(TURN_MS);
    }
    signal.removeEventListener("abort", onStop);
  }

  /** Gives every file of a pattern a watcher of its own. */
  async #watchEvery(collected: CollectedSource): Promise<void> {
    const { source } = collected;
    const { journal, positions } = this.#options;
    const running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
    while (!this.#stop.signal.aborted) {
      try {
        const found = await findFiles(source.filePath, source.ignoreSymlinks);
        const wanted = found.filter(
          ({ path }) => !isCompressed(path) && !source.blacklist?.matches(path.slice(path.lastIndexOf("/") + 1)),
        );
        if (wanted.length > MAX_FILES)
          journal.write("error", `${source.filePath} matches ${wanted.length} files; only ${MAX_FILES} are followed`);
        for (const { path, stats } of wanted.slice(0, MAX_FILES)) {
          const key = keyOf(source, path);
          // A file that another watcher knows under an earlier name is its business.
          if (running.has(key) || this.#isKnown(source, key, identityKey(identityOf(stats)))) continue;
          const stop = new AbortController();
          running.set(key, {
            stop,
            done: this.#watch(key, collected, path, AbortSignal.any([stop.signal, this.#stop.signal])),
          });
        }
        const present = new Set(wanted.map(({ path }) => keyOf(source, path)));
        for (const [key, { stop, done }] of running) {
          const watcher = this.#watchers.get(key);
          if (present.has(key) || watcher?.idle !== true) continue;
          stop.abort();
          await done;
          watcher.close();
          positions.set(key, []);
          running.delete(key);
          this.#watchers.delete(key);
        }
      } catch (error) {
        journal.write(
          "error",
          `${source.filePath}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
      await sleep(EVERY_FILE_MS, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) throw error;
      });
    }
    await Promise.all([...running.values()].map(({ done }) => done));
  }

  #isKnown(source: FileSource, key: string, file: string): boolean {
    const prefix = keyOf(source, "");
    for (const [other, watcher] of this.#watchers) {
      if (other !== key && other.startsWith(prefix) && watcher.knows(file)) return true;
    }
    return false;
  }
}

/** Stays the same as long as the source is configured alike: positions are kept under it. */
function keyOf({ filePath, destination }: FileSource, path: string | undefined): string {
  const source = JSON.stringify([filePath, destination.group ?? null, destination.stream ?? null]);
  return path === undefined ? source : `${source} ${path}`;
}
