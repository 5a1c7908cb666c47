import { readdirSync, statSync } from "node:fs";

/**
 * How often a directory is looked at: one system call, as a directory's time of change tells of every new, renamed and
 * deleted name in it. It must be less than the time in which a rotated file that nobody has opened can be deleted.
 */
const LOOK_MS = 20;
/** Many directories are looked at less often: this long for each, so that looking takes a hundredth of a core at most. */
const LOOK_EACH_MS = 0.3;
/**
 * File systems date changes by a clock that moves every few milliseconds (10 at the most, with kernels of 100 Hz). Two changes
 * may therefore have the same time: a list is final when it was made this long after the time was first seen.
 */
const GRANULE_MS = 15;
/** A list of just now is good for all who ask at the same look. */
const SAME_LOOK_MS = 2;
/** What is done at changes may take a fifth of the processor: a directory of 100,000 names that always changes must not take it all. */
const REST_FACTOR = 4;

interface Watched {
  /** Time of the directory's last change; undefined while there is no directory. */
  changed: bigint | undefined;
  /** When that time was first seen, and when the names were listed; of the monotonic clock. */
  seenAt: number;
  listedAt: number;
  names: readonly string[];
  /** Whether the listeners know of everything. */
  told: boolean;
  restUntil: number;
  readonly listeners: Set<() => void>;
}

/** Tells when names in directories change, and lists them. Shared by all sources, as many files stand in few directories. */
export class Directories {
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** @param listener called soon after a change of names. @returns a function that ends it */
  watch(directory: string, listener: () => void): () => void {
    const watched = this.#watched.get(directory) ?? this.#begin(directory);
    watched.listeners.add(listener);
    this.#schedule();
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0 || this.#watched.get(directory) !== watched) return;
      this.#watched.delete(directory);
      if (this.#watched.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** The names in a directory, as they are now; none when it can not be read. */
  names(directory: string): readonly string[] {
    const watched = this.#watched.get(directory);
    if (watched === undefined) return list(directory);
    this.#look(directory, watched);
    const now = performance.now();
    const final = watched.listedAt - watched.seenAt >= GRANULE_MS;
    if (!final && now - watched.listedAt >= SAME_LOOK_MS) {
      watched.names = list(directory);
      watched.listedAt = now;
    }
    return watched.names;
  }

  #begin(directory: string): Watched {
    const watched: Watched = {
      changed: undefined,
      seenAt: Number.NEGATIVE_INFINITY,
      listedAt: Number.NEGATIVE_INFINITY,
      names: [],
      told: true,
      restUntil: 0,
      listeners: new Set(),
    };
    this.#watched.set(directory, watched);
    this.#look(directory, watched);
    return watched;
  }

  #look(directory: string, watched: Watched): void {
    const changed = changeOf(directory);
    if (changed === watched.changed) return;
    watched.changed = changed;
    watched.seenAt = performance.now();
    watched.listedAt = Number.NEGATIVE_INFINITY;
    watched.told = false;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        for (const [directory, watched] of this.#watched) this.#tell(directory, watched);
        if (this.#watched.size > 0) this.#schedule();
      },
      Math.max(LOOK_MS, this.#watched.size * LOOK_EACH_MS),
    );
  }

  #tell(directory: string, watched: Watched): void {
    if (performance.now() < watched.restUntil) return;
    this.#look(directory, watched);
    if (watched.told) return;
    const began = processorMilliseconds();
    // Told once more when the time of the last change is over.
    watched.told = performance.now() - watched.seenAt >= GRANULE_MS;
    for (const listener of [...watched.listeners]) listener();
    watched.restUntil = performance.now() + (processorMilliseconds() - began) * REST_FACTOR;
  }
}

/** Of this thread. The time of a clock would count what other processes take, and files may be deleted meanwhile. */
function processorMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const changeOf = (directory: string): bigint | undefined =>
  ifReadable(() => statSync(directory, { bigint: true }).mtimeNs);

const list = (directory: string): readonly string[] => ifReadable(() => readdirSync(directory)) ?? [];

function ifReadable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && "code" in error && UNREADABLE.has(String(error.code))) return undefined;
    throw error;
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ESTALE"]);
