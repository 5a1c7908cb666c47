import type { FileSource } from "../configuration/file-source.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { Contents } from "./contents.ts";
import { copyOf } from "./copy-of.ts";
import type { Directories } from "./directories.ts";
import { EarlierPositions } from "./earlier-positions.ts";
import type { Follower, FollowerOptions } from "./follower.ts";
import type { FoundFile } from "./found-file.ts";
import type { HeldFile } from "./held-file.ts";
import type { FilePosition } from "./position-store.ts";
import type { ReadBuffers } from "./read-buffers.ts";
import { recognise } from "./recognition.ts";
import { SourceNames } from "./source-names.ts";
import { UnreadFiles } from "./unread-files.ts";

export interface WatcherOptions {
  readonly source: FileSource;
  /** The path or pattern to watch; of a source that takes every file, one of its files. */
  readonly path: string;
  /** Of earlier runs. */
  readonly positions: readonly FilePosition[];
  readonly follower: Omit<FollowerOptions, "onMove" | "settings">;
  /** Whether the delivery takes events now. */
  readonly hasRoom: () => boolean;
  readonly directories: Directories;
  /** Names changed: a turn is due. */
  readonly onNames: () => void;
  readonly buffers: ReadBuffers;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
}

/** How often all names are looked at though nothing tells of a change: for writers that went on with an old file. */
const SCAN_MS = 10_000;
/** How often files of a pattern are compared: one that was not written to for long may be written to again. */
const PATTERN_MS = 1_000;
/** Reads of one file in a row; then the others have their turn. */
const READS_A_TURN = 4;
/** A file that was short and begins as another for this long is no copy that is being made. */
const COPYING_MS = 10_000;

/**
 * Follows the file of one name, or the newest that a pattern matches, through rotations: by rename, by copy and truncation,
 * by deletion. Files are held by their descriptors as soon as their names appear, whatever else goes on; what they are is
 * decided in the next turn. Turns must not run at the same time.
 */
export class SourceWatcher {
  readonly #options: WatcherOptions;
  readonly #names: SourceNames;
  readonly #unread: UnreadFiles;
  readonly #contents: Contents;
  readonly #earlier: EarlierPositions;
  /** Whether the files that were there at first are known. */
  #begun = false;
  /** Negative infinity: at once. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  #moved = false;

  constructor(options: WatcherOptions) {
    const { source, path, directories, positions, health, journal, now } = options;
    this.#options = options;
    this.#names = new SourceNames(path, source, directories);
    this.#unread = new UnreadFiles(source.ignoreSymlinks);
    this.#earlier = new EarlierPositions(positions);
    const onMove = (): void => {
      this.#moved = true;
    };
    this.#contents = new Contents({
      follower: { ...options.follower, settings: source, onMove },
      health,
      journal,
      now,
    });
  }

  get files(): number {
    return this.#contents.followed.length;
  }

  get idle(): boolean {
    return this.files === 0 && this.#unread.undecided.length === 0;
  }

  /** Bytes that are there and not read yet. */
  get behind(): number {
    const followed = this.#contents.followed.reduce((sum, each) => sum + each.rest().bytes, 0);
    return this.#unread.undecided.reduce((sum, file) => sum + file.size, followed);
  }

  /** Whether positions moved since this was asked last. */
  takeMoved(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  /** What must be kept over a restart. */
  positions(): readonly FilePosition[] {
    return [...this.#earlier.list, ...this.#contents.positions];
  }

  /** Whether a file is followed here, or was, or is left out on purpose. */
  knows(key: string): boolean {
    return this.#contents.hasFile(key) || this.#unread.knows(key);
  }

  /** Looks at the names, then reads. @returns whether there is more to read at once */
  async turn(): Promise<boolean> {
    const { source, journal, hasRoom, now } = this.#options;
    const contents = this.#contents;
    await this.#names.search();
    if (this.#isLookDue()) this.#look();
    // A look opens only so many files: those that are decided make room for others.
    while (this.#decide() && this.#lookedAt === Number.NEGATIVE_INFINITY) this.#look();
    if (!hasRoom()) {
      this.#forget(contents.release(source.releaseDescriptors));
      return true;
    }
    for (const follower of contents.followed) {
      if (follower.dueAt <= now() && (await this.#readSome(follower))) return true;
    }
    this.#forget(contents.finishQuiet());
    this.#unread.dropCopies((content) => contents.followed.includes(content));
    if (source.removeWhenDone && contents.live !== undefined)
      await contents.finished.removeStored(contents.live.path, journal);
    return false;
  }

  /** No turn may be running. */
  close(): void {
    this.#names.close();
    this.#unread.close();
    this.#contents.close();
  }

  // ── Names ────────────────────────────────────────────────────────────────

  #isLookDue(): boolean {
    // A clock that is set back must not keep us from looking.
    const since = Math.abs(this.#options.now() - this.#lookedAt);
    if (this.#names.isPattern) return since >= PATTERN_MS;
    return since >= SCAN_MS || this.#names.live()?.key !== this.#contents.live?.key;
  }

  /** Holds what stands under the names now. Synchronous, and called at every change of names, also during a turn's reads. */
  #look(): void {
    this.#lookedAt = this.#options.now();
    const followed = this.#contents.followed.map(({ path }) => path);
    const { live, others } = this.#names.look(followed);
    this.#contents.setLive(live);
    const all = live === undefined ? others : [...others, live];
    for (const found of all) if (!this.#hold(found)) this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#unread.prune(new Set(all.map(({ key }) => key)));
    this.#names.watch(followed, this.#onNames);
  }

  readonly #onNames = (): void => {
    const { journal, path, onNames } = this.#options;
    try {
      this.#look();
    } catch (error) {
      journal.write("error", `${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    onNames();
  };

  /** @returns whether it was seen to; otherwise it must be looked at again */
  #hold(found: FoundFile): boolean {
    const contents = this.#contents;
    const followed = contents.ofFile(found.key);
    if (followed !== undefined) {
      followed.path = found.path;
      return true;
    }
    const isLive = found.key === contents.live?.key;
    const finished = contents.finished.ofFile(found.key);
    if (finished !== undefined) {
      finished.path = found.path;
      if (found.size === finished.offset && !isLive) return true;
    } else if (!isLive) {
      if (this.#unread.isPassedOver(found)) return true;
      // What was there before us is not ours, unless an earlier run may have left it.
      if (!this.#begun && this.#earlier.list.length === 0) {
        this.#unread.passOver(found.key);
        return true;
      }
    }
    return this.#unread.hold(found, (key) => contents.hasFile(key));
  }

  // ── Which file is which ──────────────────────────────────────────────────

  /** @returns whether a file was decided on */
  #decide(): boolean {
    const live = this.#contents.live?.key;
    const age = new Map(this.#unread.undecided.map((file) => [file, file.stats().mtimeNs]));
    const files = [...age.keys()].toSorted(
      (a, b) => Number(a.key === live) - Number(b.key === live) || Number((age.get(a) ?? 0n) - (age.get(b) ?? 0n)),
    );
    const decided = files.filter((file) => this.#decideOn(file, file.key === live));
    if (live !== undefined || this.#earlier.list.length === 0) this.#begun = true;
    // Files of earlier runs are looked for while their names may come back.
    if (live !== undefined && this.#lookedAt !== Number.NEGATIVE_INFINITY) this.#earlier.clear();
    return decided.length > 0;
  }

  #decideOn(file: HeldFile, isLive: boolean): boolean {
    const contents = this.#contents;
    const modified = Number(file.stats().mtimeNs / 1_000_000n);
    const isLater = this.#begun || modified > this.#earlier.newest;
    const position = this.#earlier.take(file);
    if (position !== undefined) {
      const content = contents.begin(this.#unread.take(file), position.offset);
      if (!isLive && content.rest().bytes === 0) this.#forget(contents.finish(content));
      return true;
    }
    const recognised = recognise(file, isLive, contents.followed, contents.finished.list);
    switch (recognised.what) {
      case "growing":
        if (Math.abs(this.#options.now() - modified) < COPYING_MS) return false;
        this.#passOver(file, file.size);
        return true;
      case "known":
        this.#passOver(file);
        return true;
      case "copy":
        this.#unread.keepCopy(file, recognised.content);
        return true;
      case "continues":
        recognised.content.moveTo(this.#unread.take(file));
        contents.follow(recognised.content);
        return true;
      case "new":
        if (isLive || isLater) contents.begin(this.#unread.take(file));
        else this.#passOver(file);
        return true;
    }
  }

  #passOver(file: HeldFile, upTo?: number): void {
    this.#unread.take(file).close();
    this.#unread.passOver(file.key, upTo);
  }

  /** Files whose contents are forgotten must not be taken for new ones. */
  #forget(keys: readonly string[]): void {
    for (const key of keys) this.#unread.passOver(key);
  }

  // ── Reading ──────────────────────────────────────────────────────────────

  /** @returns whether there is more */
  async #readSome(follower: Follower): Promise<boolean> {
    for (let reads = 0; reads < READS_A_TURN; reads++) {
      if (!this.#options.hasRoom()) return true;
      const answer = await this.#options.buffers.use((buffer) => follower.read(buffer));
      if (answer === "replaced") {
        this.#replaced(follower);
        return true;
      }
      if (answer === "end") {
        follower.slowDown();
        return false;
      }
    }
    return true;
  }

  /** The file was cut, or written anew: what was not read of its content may stand in a copy. */
  #replaced(follower: Follower): void {
    this.#options.health.add("FilesTruncated");
    this.#look();
    const contents = this.#contents;
    const copy = copyOf(follower, {
      contents,
      unread: this.#unread,
      others: () => this.#names.look(contents.followed.map(({ path }) => path)).others,
      ignoreSymlinks: this.#options.source.ignoreSymlinks,
    });
    const file = follower.leave();
    if (copy === undefined) this.#forget(contents.finish(follower));
    else {
      follower.moveTo(copy);
      contents.follow(follower);
    }
    // The file goes on with its new content.
    if (file !== undefined) contents.begin(file);
  }
}
