import { unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileSource } from "../configuration/file-source.ts";
import { Mark } from "../delivery/mark.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { Follower, type FollowerOptions, openIfThere } from "./follower.ts";
import { type FoundFile, findFiles, isPattern, statFile } from "./glob.ts";
import { type FileIdentity, HEAD_BYTES, type Head, identityKey, identityOf, readHead, startsWith } from "./identity.ts";
import type { FilePosition } from "./position-store.ts";
import type { ReadBuffers } from "./read-buffers.ts";
import { isCompressed, mayBeRotated } from "./rotated-names.ts";

export interface WatcherOptions {
  readonly source: FileSource;
  /** The path or pattern to watch; of a source that takes every file, one of its files. */
  readonly path: string;
  /** Of earlier runs. */
  readonly positions: readonly FilePosition[];
  readonly follower: Omit<FollowerOptions, "onMove" | "settings">;
  /** Whether the delivery takes events now. */
  readonly hasRoom: () => boolean;
  readonly buffers: ReadBuffers;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
}

/** A file that was replaced is read on until nothing came for this long: its writer may keep its descriptor for a while. */
const RETIRE_AFTER_MS = 5_000;
/** Files that were replaced and are not read to their end; each holds a descriptor, and its disk space when it was deleted. */
const MAX_RETIRING = 32;
/** Contents that were read to their end and are remembered: a writer may come back to one, or a copy of one appear. */
const MAX_RETIRED = 16;
/** How often all names are looked at, for writers that went on with an old file. */
const SCAN_MS = 10_000;
/** How often a pattern is looked at. */
const PATTERN_MS = 1_000;
/** Reads of one file in a row; then the others have their turn. */
const READS_A_TURN = 4;
/** How often a copy is looked for while names move. */
const LOOKS = 5;
/** A shorter beginning is no proof that two files have the same content. */
const MIN_HEAD = 32;

/** Where reading of a content begins, and how to know the content. */
type Start = Pick<FilePosition, "head" | "offset">;

/** A content whose descriptor is closed. */
interface Retired {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly head: Head;
  readonly mark: Mark;
  readonly modified: number;
}

/**
 * Follows the file of one name, or the newest that a pattern matches, through rotations: by rename, by copy and truncation,
 * by deletion. Not for calls at the same time.
 */
export class SourceWatcher {
  readonly #options: WatcherOptions;
  readonly #followerOptions: FollowerOptions;
  /** Oldest first; the last one is the live one, unless it is retiring. */
  #followers: Follower[] = [];
  #retired: Retired[] = [];
  /** Positions of earlier runs that no file was found for yet. */
  #unmatched: readonly FilePosition[];
  /** Files that are not ours to read: older than we, or copies of what was read. */
  readonly #passedOver = new Set<string>();
  #begun = false;
  #scannedAt = Number.NEGATIVE_INFINITY;
  /** Names moved during the last look at all of them. */
  #again = false;
  #locatedAt = Number.NEGATIVE_INFINITY;
  #livePath: string | undefined;
  #moved = false;
  /** When a rotation was seen last. */
  rotatedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#unmatched = options.positions;
    this.#followerOptions = {
      ...options.follower,
      settings: options.source,
      onMove: () => {
        this.#moved = true;
      },
    };
  }

  get files(): number {
    return this.#followers.length;
  }

  get idle(): boolean {
    return this.#followers.length === 0;
  }

  /** Whether positions moved since this was asked last. */
  takeMoved(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  /** What must be kept over a restart. */
  positions(): readonly FilePosition[] {
    const retired = this.#retired.map(({ path, identity, head, mark, modified }) => ({
      path,
      identity,
      head,
      offset: mark.position,
      modified,
    }));
    return [...this.#unmatched, ...retired, ...this.#followers.map(({ position }) => position)];
  }

  /** Whether a file is followed here, or was. */
  knows(identity: FileIdentity): boolean {
    const key = identityKey(identity);
    return (
      this.#passedOver.has(key) ||
      [...this.#followers, ...this.#retired].some((each) => identityKey(each.identity) === key)
    );
  }

  /** Looks at the names, then reads. @returns whether there is more to read at once */
  async turn(): Promise<boolean> {
    const live = await this.#locate();
    await this.#recognise(live);
    if (!this.#options.hasRoom()) {
      await this.#release();
      return true;
    }
    for (const follower of [...this.#followers]) {
      if (follower.dueAt > this.#options.now()) continue;
      if (await this.#readSome(follower)) return true;
    }
    await this.#retireFinished();
    return false;
  }

  /** Bytes that are there and not read yet. */
  async behind(): Promise<number> {
    let bytes = 0;
    for (const follower of this.#followers) bytes += (await follower.rest()).bytes;
    return bytes;
  }

  async close(): Promise<void> {
    for (const follower of this.#followers) await follower.close();
  }

  // ── Names ────────────────────────────────────────────────────────────────

  async #locate(): Promise<FoundFile | undefined> {
    const { path, source, now } = this.#options;
    const cached = isPattern(path) ? this.#livePath : path;
    const since = now() - this.#locatedAt;
    if (cached !== undefined && (!isPattern(path) || (since >= 0 && since < PATTERN_MS))) {
      const stats = await statFile(cached, source.ignoreSymlinks);
      if (stats !== undefined || !isPattern(path)) return stats === undefined ? undefined : { path: cached, stats };
    }
    this.#locatedAt = now();
    const newest = (await this.#matching()).at(-1);
    this.#livePath = newest?.path;
    return newest;
  }

  /** Files of the pattern that may be read, by the time of their last change. */
  async #matching(): Promise<readonly FoundFile[]> {
    const { path, source } = this.#options;
    const found = await findFiles(path, source.ignoreSymlinks);
    return byAge(found.filter((file) => !isCompressed(file.path) && !this.#isBlacklisted(file.path)));
  }

  #isBlacklisted(path: string): boolean {
    return this.#options.source.blacklist?.matches(path.slice(path.lastIndexOf("/") + 1)) ?? false;
  }

  /** Files that may be earlier contents of the live one, and files of the pattern, oldest first. */
  async #candidates(live: FoundFile | undefined): Promise<readonly FoundFile[]> {
    const { path, source } = this.#options;
    const found = new Map<string, FoundFile>();
    if (isPattern(path)) for (const file of await this.#matching()) found.set(file.path, file);
    const names = new Set([
      ...(live === undefined ? [] : [live.path]),
      ...this.#followers.map((each) => each.path),
      ...(isPattern(path) ? [] : [path]),
    ]);
    for (const directory of new Set([...names].map((name) => dirname(name)))) {
      if (isPattern(directory)) continue;
      for (const file of await findFiles(join(directory, "*"), source.ignoreSymlinks)) {
        if ([...names].some((name) => mayBeRotated(name, file.path)) && !this.#isBlacklisted(file.path))
          found.set(file.path, file);
      }
    }
    if (live !== undefined) found.delete(live.path);
    return [...byAge([...found.values()]), ...(live === undefined ? [] : [live])];
  }

  // ── Which file is which ──────────────────────────────────────────────────

  async #recognise(live: FoundFile | undefined): Promise<void> {
    const { now, health } = this.#options;
    const current = this.#live;
    const same =
      current !== undefined &&
      live !== undefined &&
      identityKey(current.identity) === identityKey(identityOf(live.stats));
    if (same) current.path = live.path;
    // Changed, and yet nothing new in it: it was written and cut again since we looked.
    if (same && live.stats.mtimeNs !== current.modifiedAt && Number(live.stats.size) <= current.offset) {
      this.rotatedAt = now();
      this.#scannedAt = Number.NEGATIVE_INFINITY;
    }
    const sinceScan = now() - this.#scannedAt;
    if (same && sinceScan >= 0 && sinceScan < SCAN_MS) return;
    if (live === undefined && current === undefined && this.#begun && sinceScan >= 0 && sinceScan < PATTERN_MS) return;
    if (current !== undefined && !same) {
      current.retiringSince = now();
      this.rotatedAt = now();
      health.add("FilesRotated");
    }
    this.#scannedAt = now();
    this.#again = false;
    await this.#scan(live);
    if (this.#again) this.#scannedAt = Number.NEGATIVE_INFINITY;
    this.#begun = this.#begun || live !== undefined || this.#options.positions.length === 0;
  }

  /** The file that is written to, as far as we know. */
  get #live(): Follower | undefined {
    return this.#followers.findLast(({ retiringSince }) => retiringSince === undefined);
  }

  async #scan(live: FoundFile | undefined): Promise<void> {
    const known = this.#unmatched;
    const newestKnown = Math.max(Number.NEGATIVE_INFINITY, ...known.map(({ modified }) => modified));
    const present = new Set<string>();
    for (const file of await this.#candidates(live)) {
      const isLive = file.path === live?.path;
      const key = identityKey(identityOf(file.stats));
      present.add(key);
      const followed = this.#followers.find((each) => identityKey(each.identity) === key);
      if (followed !== undefined) {
        followed.path = file.path;
        continue;
      }
      if (!isLive && this.#passedOver.has(key)) continue;
      const from = (await this.#retiredAt(file, isLive)) ?? (await this.#unmatchedAt(file, isLive));
      if (from === "done") continue;
      if (from !== undefined) await this.#follow(file, from, isLive);
      else if (isLive) await this.#follow(file, await this.#continued(file), isLive);
      else if (this.#begun || (known.length > 0 && Number(file.stats.mtimeMs) > newestKnown)) {
        const copy = await this.#isCopy(file);
        // An old short file stays what it is; one of now may be growing.
        if (copy === "perhaps" && this.#isFresh(file)) this.#lookAgain();
        else if (copy === "perhaps" || this.#again) continue;
        else if (copy === "yes") this.#passedOver.add(key);
        else await this.#follow(file, undefined, isLive);
      } else this.#passedOver.add(key);
    }
    for (const key of this.#passedOver) if (!present.has(key)) this.#passedOver.delete(key);
    // Files of earlier runs are looked for while their names may come back; what is gone then is forgotten.
    if (live !== undefined) this.#unmatched = [];
  }

  /** A content that we read to its end before: `done` when nothing was added. */
  async #retiredAt(file: FoundFile, isLive: boolean): Promise<Start | "done" | undefined> {
    const key = identityKey(identityOf(file.stats));
    const retired = this.#retired.findLast((each) => identityKey(each.identity) === key);
    if (retired === undefined) return undefined;
    const { head, mark } = retired;
    const size = Number(file.stats.size);
    // While its events are on their way, its position is not known.
    if (!mark.settled || (size === mark.position && !isLive)) return "done";
    this.#retired = this.#retired.filter((each) => each !== retired);
    return size >= mark.position ? { head, offset: mark.position } : undefined;
  }

  /** A content of an earlier run: the same file, or one that begins with the same bytes. */
  async #unmatchedAt(file: FoundFile, isLive: boolean): Promise<Start | "done" | undefined> {
    const identity = identityOf(file.stats);
    const size = Number(file.stats.size);
    const same = this.#unmatched.filter((each) => each.identity.inode === identity.inode);
    const others = this.#unmatched.filter(
      (each) => each.identity.inode !== identity.inode && each.head.length >= MIN_HEAD,
    );
    for (const position of [...same, ...others]) {
      if (size < position.offset || !(await this.#begins(file, position))) continue;
      this.#unmatched = this.#unmatched.filter((each) => each !== position);
      if (isLive || size > position.offset) return position;
      this.#retire({
        ...position,
        path: file.path,
        identity,
        mark: new Mark(position.offset, this.#followerOptions.onMove),
      });
      return "done";
    }
    return undefined;
  }

  /**
   * Whether a file is a copy that rotation made of a content which is followed: it is read when the original is cut. One that
   * is being written may become a copy yet.
   */
  async #isCopy(file: FoundFile): Promise<"yes" | "no" | "perhaps"> {
    const size = Number(file.stats.size);
    const bytes = await this.#beginning(file);
    if (bytes === undefined) return "perhaps";
    for (const follower of this.#followers) {
      if (follower.mayBecome(bytes)) return "perhaps";
      if (follower.head.length >= MIN_HEAD && startsWith(bytes, follower.head)) return "yes";
    }
    for (const { head, mark } of this.#retired) {
      if (head.length >= MIN_HEAD && size <= mark.position && startsWith(bytes, head)) return "yes";
    }
    return "no";
  }

  /** The first bytes of what was found; undefined when it is not there any more. */
  async #beginning(file: FoundFile): Promise<Buffer | undefined> {
    const opened = await openIfThere(file.path);
    if (opened === undefined) return undefined;
    try {
      const stats = await opened.stat({ bigint: true });
      if (identityKey(identityOf(stats)) !== identityKey(identityOf(file.stats))) {
        this.#lookAgain();
        return undefined;
      }
      return await readHead(opened, HEAD_BYTES);
    } finally {
      await opened.close();
    }
  }

  /** A new file that begins as the one before it, and is as long: its writer saved it anew. It is read on from there. */
  async #continued(file: FoundFile): Promise<Start | undefined> {
    const last = this.#followers.at(-1);
    if (last === undefined || last.head.length < MIN_HEAD || last.gathering) return undefined;
    const from = { head: last.head, offset: last.consumed };
    return last.consumed === last.offset && (await this.#begins(file, from)) ? from : undefined;
  }

  /** Opens what was found. Names move while we look: another file under the name is not it, and all is looked at again soon. */
  async #open(file: FoundFile, start: Start | undefined): Promise<Follower | undefined> {
    const follower = await Follower.open(file.path, start, this.#followerOptions);
    if (follower === undefined || identityKey(follower.identity) === identityKey(identityOf(file.stats)))
      return follower;
    await follower.close();
    this.#lookAgain();
    return undefined;
  }

  #isFresh(file: FoundFile): boolean {
    return Math.abs(this.#options.now() - Number(file.stats.mtimeMs)) < SCAN_MS;
  }

  #lookAgain(): void {
    this.#again = true;
  }

  async #begins(file: FoundFile, { head, offset }: Start): Promise<boolean> {
    const bytes = Number(file.stats.size) < offset ? undefined : await this.#beginning(file);
    return bytes !== undefined && startsWith(bytes, head);
  }

  async #follow(file: FoundFile, start: Start | undefined, live: boolean): Promise<void> {
    // A file that is not what its identity promised is another one, and read from its beginning.
    const follower =
      (await this.#open(file, start)) ?? (start === undefined ? undefined : await this.#open(file, undefined));
    if (follower === undefined) return;
    if (!live) follower.retiringSince = this.#options.now();
    this.#followers.push(follower);
    this.#moved = true;
  }

  // ── Reading ──────────────────────────────────────────────────────────────

  /** @returns whether there is more */
  async #readSome(follower: Follower): Promise<boolean> {
    for (let reads = 0; reads < READS_A_TURN; reads++) {
      if (!this.#options.hasRoom()) return true;
      const answer = await this.#options.buffers.use((buffer) => follower.read(buffer));
      if (answer === "replaced") {
        await this.#replaced(follower);
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

  /** The file was cut to nothing, or written anew: what was not read may stand in a copy. */
  async #replaced(follower: Follower): Promise<void> {
    const { health, now } = this.#options;
    health.add("FilesTruncated");
    this.rotatedAt = now();
    const from = { head: follower.head, offset: follower.consumed };
    const copy = from.head.length === 0 ? undefined : await this.#copyOf(follower, from);
    // Without a copy, the line that was begun is all there will be of it.
    if (copy === undefined) follower.finish();
    this.#retire({ ...follower.position, mark: follower.mark });
    const anew = await Follower.open(follower.path, undefined, this.#followerOptions);
    await follower.close();
    const replacement = [...(copy === undefined ? [] : [copy]), ...(anew === undefined ? [] : [anew])];
    if (anew !== undefined) anew.retiringSince = follower.retiringSince;
    this.#followers = this.#followers.flatMap((each) => (each === follower ? replacement : [each]));
    this.#moved = true;
  }

  /** The copy that holds what follows; looked for anew when names move meanwhile. */
  async #copyOf(follower: Follower, from: Start): Promise<Follower | undefined> {
    for (let look = 0; look < LOOKS; look++) {
      this.#again = false;
      for (const file of (await this.#candidates(undefined)).toReversed()) {
        if (identityKey(identityOf(file.stats)) === identityKey(follower.identity)) continue;
        const copy = await this.#open(file, from);
        if (copy === undefined) continue;
        copy.retiringSince = this.#options.now();
        return copy;
      }
      if (!this.#again) return undefined;
    }
    return undefined;
  }

  // ── Ends ─────────────────────────────────────────────────────────────────

  async #retireFinished(): Promise<void> {
    const { now, source, journal } = this.#options;
    for (const follower of [...this.#followers]) {
      if (follower.retiringSince === undefined) continue;
      const quiet = now() - Math.max(follower.retiringSince, follower.grewAt);
      if (quiet >= 0 && quiet < RETIRE_AFTER_MS) continue;
      follower.finish();
      this.#followers = this.#followers.filter((each) => each !== follower);
      this.#retire({ ...follower.position, mark: follower.mark });
      await follower.close();
    }
    if (!source.removeWhenDone) return;
    for (const retired of this.#retired) {
      if (!retired.mark.settled || this.#live === undefined || retired.path === this.#live.path) continue;
      const stats = await statFile(retired.path, true);
      if (stats === undefined || identityKey(identityOf(stats)) !== identityKey(retired.identity)) continue;
      if (Number(stats.size) !== retired.mark.position) continue;
      await unlink(retired.path).catch((error: unknown) => {
        journal.write(
          "warn",
          `${retired.path} is stored and was not removed: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    }
  }

  #retire({ path, identity, head, modified, mark }: Retired): void {
    this.#retired.push({ path, identity, head, modified, mark });
    // Those whose events are still on their way must be remembered; their number is bounded by the batches in memory.
    while (this.#retired.length > MAX_RETIRED && this.#retired[0]?.mark.settled) this.#retired.shift();
    this.#moved = true;
  }

  /** While nothing can be read, descriptors pile up with every rotation: beyond the bound the oldest is closed. */
  async #release(): Promise<void> {
    const { source, health, journal } = this.#options;
    const retiring = this.#followers.filter((each) => each.retiringSince !== undefined);
    const over = source.releaseDescriptors ? retiring.length : retiring.length - MAX_RETIRING;
    for (const follower of retiring.slice(0, Math.max(0, over))) {
      const { bytes, named } = await follower.rest();
      if (!named) {
        if (bytes > 0) journal.write("error", `${follower.path} was deleted before its last ${bytes} bytes were read`);
        health.add("BytesLost", bytes);
      }
      this.#followers = this.#followers.filter((each) => each !== follower);
      // With a name it is found again by the next scan, and read on from its position.
      this.#retire({ ...follower.position, mark: follower.mark });
      await follower.close();
    }
  }
}

const byAge = (files: readonly FoundFile[]): readonly FoundFile[] =>
  files.toSorted((a, b) => Number(a.stats.mtimeNs - b.stats.mtimeNs) || (a.path < b.path ? -1 : 1));
