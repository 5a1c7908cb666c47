import type { FileSource } from "../configuration/file-source.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import type { Directories } from "./directories.ts";
import { EarlierPositions } from "./earlier-positions.ts";
import { FinishedContents } from "./finished-contents.ts";
import { Follower, type FollowerOptions } from "./follower.ts";
import type { FoundFile } from "./found-file.ts";
import { HeldFile } from "./held-file.ts";
import { MIN_HEAD } from "./identity.ts";
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

/** A file that was replaced is read on until nothing came for this long: its writer may keep its descriptor for a while. */
const RETIRE_AFTER_MS = 5_000;
/** Replaced files that are read to their end and wait for that; beyond, the oldest is finished at once. */
const MAX_QUIET = 256;
/** Replaced files that are not read to their end; each holds a descriptor, and its disk space when it was deleted. */
const MAX_RETIRING = 32;
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
  readonly #followerOptions: FollowerOptions;
  readonly #names: SourceNames;
  readonly #unread: UnreadFiles;
  readonly #finished = new FinishedContents();
  readonly #earlier: EarlierPositions;
  /** Oldest first; the live one is the last. */
  #followed: Follower[] = [];
  #liveKey: string | undefined;
  #livePath: string | undefined;
  /** Whether the files that were there at first are known. */
  #begun = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #moved = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#names = new SourceNames(options.path, options.source, options.directories);
    this.#unread = new UnreadFiles(options.source.ignoreSymlinks);
    this.#earlier = new EarlierPositions(options.positions);
    this.#followerOptions = {
      ...options.follower,
      settings: options.source,
      onMove: () => {
        this.#moved = true;
      },
    };
  }

  get files(): number {
    return this.#followed.length;
  }

  get idle(): boolean {
    return this.#followed.length === 0 && this.#unread.undecided.length === 0;
  }

  /** Bytes that are there and not read yet. */
  get behind(): number {
    const followed = this.#followed.reduce((sum, each) => sum + each.rest().bytes, 0);
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
    const contents = [...this.#finished.list, ...this.#followed];
    return [...this.#earlier.list, ...contents.map(({ position }) => position)];
  }

  /** Whether a file is followed here, or was. */
  knows(key: string): boolean {
    return this.#isRead(key) || this.#unread.knows(key);
  }

  /** Looks at the names, then reads. @returns whether there is more to read at once */
  async turn(): Promise<boolean> {
    await this.#names.search();
    if (this.#isLookDue()) this.#look();
    // A look opens only so many files: those that are decided make room for others.
    while (this.#decide() && this.#lookedAt === Number.NEGATIVE_INFINITY) this.#look();
    if (!this.#options.hasRoom()) {
      this.#release();
      return true;
    }
    for (const follower of [...this.#followed]) {
      if (follower.dueAt > this.#options.now()) continue;
      if (await this.#readSome(follower)) return true;
    }
    this.#finishQuiet();
    const { source, journal } = this.#options;
    if (source.removeWhenDone && this.#livePath !== undefined)
      await this.#finished.removeStored(this.#livePath, journal);
    return false;
  }

  /** No turn may be running. */
  close(): void {
    this.#names.close();
    this.#unread.close();
    for (const follower of this.#followed) follower.close();
  }

  // ── Names ────────────────────────────────────────────────────────────────

  #isLookDue(): boolean {
    // A clock that is set back must not keep us from looking.
    const since = Math.abs(this.#options.now() - this.#lookedAt);
    if (this.#names.isPattern) return since >= PATTERN_MS;
    return since >= SCAN_MS || this.#names.live()?.key !== this.#liveKey;
  }

  /** Holds what stands under the names now. Synchronous, and called at every change of names, also during a turn's reads. */
  #look(): void {
    this.#lookedAt = this.#options.now();
    const followed = this.#followed.map(({ path }) => path);
    const { live, others } = this.#names.look(followed);
    this.#setLive(live);
    for (const found of live === undefined ? others : [...others, live]) {
      if (!this.#hold(found, found === live)) this.#lookedAt = Number.NEGATIVE_INFINITY;
    }
    this.#unread.prune(new Set([...others, ...(live === undefined ? [] : [live])].map(({ key }) => key)));
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

  #setLive(live: FoundFile | undefined): void {
    this.#liveKey = live?.key;
    this.#livePath = live?.path;
    for (const follower of this.#followed) {
      if (follower.key === live?.key) follower.retiringSince = undefined;
      else if (follower.retiringSince === undefined) {
        follower.retiringSince = this.#options.now();
        this.#options.health.add("FilesRotated");
      }
    }
  }

  /** @returns whether it was seen to; otherwise it must be looked at again */
  #hold(found: FoundFile, isLive: boolean): boolean {
    const followed = this.#followed.find(({ key }) => key === found.key);
    if (followed !== undefined) {
      followed.path = found.path;
      return true;
    }
    const finished = this.#finished.ofFile(found.key);
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
    return this.#unread.hold(found, (key) => this.#isRead(key));
  }

  #isRead(key: string): boolean {
    return this.#followed.some((each) => each.key === key) || this.#finished.ofFile(key) !== undefined;
  }

  // ── Which file is which ──────────────────────────────────────────────────

  /** @returns whether a file was decided on */
  #decide(): boolean {
    const age = new Map(this.#unread.undecided.map((file) => [file, file.stats().mtimeNs]));
    const isLive = (file: HeldFile) => file.key === this.#liveKey;
    const files = [...age.keys()].toSorted(
      (a, b) => Number(isLive(a)) - Number(isLive(b)) || Number((age.get(a) ?? 0n) - (age.get(b) ?? 0n)),
    );
    const decided = files.filter((file) => this.#decideOn(file, isLive(file)));
    if (this.#liveKey !== undefined || this.#earlier.list.length === 0) this.#begun = true;
    // Files of earlier runs are looked for while their names may come back.
    if (this.#liveKey !== undefined && this.#lookedAt !== Number.NEGATIVE_INFINITY) this.#earlier.clear();
    return decided.length > 0;
  }

  #decideOn(file: HeldFile, isLive: boolean): boolean {
    const { now } = this.#options;
    const modified = Number(file.stats().mtimeNs / 1_000_000n);
    const isLater = this.#begun || modified > this.#earlier.newest;
    const position = this.#earlier.take(file);
    if (position !== undefined) {
      const content = new Follower(this.#unread.take(file), this.#followerOptions, position.offset);
      if (isLive || file.size > position.offset) this.#follow(content, isLive);
      else this.#finish(content);
      return true;
    }
    const recognised = recognise(file, isLive, this.#followed, this.#finished.list);
    switch (recognised.what) {
      case "growing":
        if (Math.abs(now() - modified) < COPYING_MS) return false;
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
        this.#finished.take(recognised.content);
        this.#follow(recognised.content, isLive);
        return true;
      case "new":
        if (isLive || isLater) this.#follow(new Follower(this.#unread.take(file), this.#followerOptions), isLive);
        else this.#passOver(file);
        return true;
    }
  }

  #passOver(file: HeldFile, upTo?: number): void {
    this.#unread.take(file).close();
    this.#unread.passOver(file.key, upTo);
  }

  #follow(content: Follower, isLive: boolean): void {
    content.retiringSince = isLive ? undefined : this.#options.now();
    this.#followed = [...this.#followed.filter((each) => each !== content), content];
    this.#moved = true;
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
        this.#slowDown(follower);
        return false;
      }
    }
    return true;
  }

  /** A file that was replaced is looked at less often the longer nothing comes: there may be many of them. */
  #slowDown(follower: Follower): void {
    const { now } = this.#options;
    if (follower.retiringSince === undefined) return;
    const quiet = now() - Math.max(follower.retiringSince, follower.grewAt);
    follower.dueAt = now() + Math.min(Math.max(quiet, 0) / 2, 1_000);
  }

  /** The file was cut, or written anew: what was not read of its content may stand in a copy. */
  #replaced(follower: Follower): void {
    this.#options.health.add("FilesTruncated");
    this.#look();
    const copy = this.#takeCopy(follower);
    const file = follower.leave();
    const wasLive = follower.retiringSince === undefined;
    if (copy !== undefined) {
      follower.moveTo(copy);
      follower.retiringSince = this.#options.now();
    } else this.#finish(follower);
    // The file goes on with its new content.
    if (file !== undefined) this.#follow(new Follower(file, this.#followerOptions), wasLive);
  }

  #takeCopy(content: Follower): HeldFile | undefined {
    if (content.head.length === 0) return undefined;
    const held = [...this.#unread.copiesOf(content), ...this.#unread.undecided.toReversed()];
    const copy = held.find((file) => file.key !== this.#liveKey && content.isIn(file));
    if (copy !== undefined) return this.#unread.take(copy);
    // A copy may have been made into a file that was there before. Few bytes alike would prove nothing there.
    if (content.head.length < MIN_HEAD) return undefined;
    for (const { path, key } of this.#names.look(this.#followed.map((each) => each.path)).others.toReversed()) {
      if (this.#followed.some((each) => each.key === key) || held.some((each) => each.key === key)) continue;
      const file = HeldFile.open(path, this.#options.source.ignoreSymlinks);
      if (file !== undefined && !this.#isRead(file.key) && content.isIn(file)) return file;
      file?.close();
    }
    return undefined;
  }

  // ── Ends ─────────────────────────────────────────────────────────────────

  #finishQuiet(): void {
    const { now } = this.#options;
    const retiring = this.#followed.filter((each) => each.retiringSince !== undefined);
    for (const [index, follower] of retiring.entries()) {
      const quiet = now() - Math.max(follower.retiringSince ?? 0, follower.grewAt);
      const tooMany = retiring.length - index > MAX_QUIET && follower.rest().bytes === 0;
      if (tooMany || quiet < 0 || quiet >= RETIRE_AFTER_MS) this.#finish(follower);
    }
    this.#unread.dropCopies((content) => this.#followed.includes(content));
  }

  #finish(follower: Follower): void {
    follower.finish();
    this.#close(follower);
  }

  #close(follower: Follower): void {
    this.#followed = this.#followed.filter((each) => each !== follower);
    for (const { key } of this.#finished.add(follower)) if (key !== "") this.#unread.passOver(key);
    this.#moved = true;
  }

  /** While nothing can be read, descriptors pile up with every rotation: beyond the bound the oldest is closed. */
  #release(): void {
    const { source, health, journal } = this.#options;
    const retiring = this.#followed.filter((each) => each.retiringSince !== undefined);
    const over = source.releaseDescriptors ? retiring.length : retiring.length - MAX_RETIRING;
    for (const follower of retiring.slice(0, Math.max(0, over))) {
      const { bytes, named } = follower.rest();
      if (!named && bytes > 0) {
        journal.write("error", `${follower.path} was deleted before its last ${bytes} bytes were read`);
        health.add("BytesLost", bytes);
      }
      // With a name it is found again by the next look, and read on from its position.
      this.#close(follower);
    }
  }
}
