import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { FinishedContents } from "./finished-contents.ts";
import { Follower, type FollowerOptions } from "./follower.ts";
import type { FoundFile } from "./found-file.ts";
import type { HeldFile } from "./held-file.ts";
import type { FilePosition } from "./position-store.ts";

export interface ContentsOptions {
  readonly follower: FollowerOptions;
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

/** The contents of a source: those that are followed, of which one is live, and those that were. */
export class Contents {
  readonly finished = new FinishedContents();
  readonly #options: ContentsOptions;
  /** Oldest first; the live one is the last. */
  #followed: readonly Follower[] = [];
  /** File of the live content; undefined while there is none. */
  live: Pick<FoundFile, "path" | "key"> | undefined;

  constructor(options: ContentsOptions) {
    this.#options = options;
  }

  get followed(): readonly Follower[] {
    return this.#followed;
  }

  get positions(): readonly FilePosition[] {
    return [...this.finished.list, ...this.#followed].map(({ position }) => position);
  }

  /** Whether a file is followed, or was. */
  hasFile(key: string): boolean {
    return this.#followed.some((each) => each.key === key) || this.finished.ofFile(key) !== undefined;
  }

  ofFile(key: string): Follower | undefined {
    return this.#followed.find((each) => each.key === key);
  }

  /** Says which file is written to. The one before it begins to retire. */
  setLive(live: FoundFile | undefined): void {
    this.live = live;
    for (const follower of this.#followed) {
      if (follower.key === live?.key) follower.retiringSince = undefined;
      else if (follower.retiringSince === undefined) {
        follower.retiringSince = this.#options.now();
        this.#options.health.add("FilesRotated");
      }
    }
  }

  /** Follows the content of a file from an offset on. */
  begin(file: HeldFile, offset = 0): Follower {
    return this.follow(new Follower(file, this.#options.follower, offset));
  }

  /** Follows a content as the newest one. */
  follow(content: Follower): Follower {
    content.retiringSince = content.key === this.live?.key ? undefined : this.#options.now();
    this.finished.take(content);
    this.#followed = [...this.#followed.filter((each) => each !== content), content];
    this.#options.follower.onMove();
    return content;
  }

  /**
   * Finishes what was replaced and is quiet.
   * @returns files whose contents are forgotten for it, by their keys
   */
  finishQuiet(): readonly string[] {
    const { now } = this.#options;
    const retiring = this.#followed.filter((each) => each.retiringSince !== undefined);
    return retiring.flatMap((follower, index) => {
      const quiet = now() - Math.max(follower.retiringSince ?? 0, follower.grewAt);
      const tooMany = retiring.length - index > MAX_QUIET && follower.rest().bytes === 0;
      // A clock that was set back must not hold them for ever.
      return tooMany || quiet < 0 || quiet >= RETIRE_AFTER_MS ? this.finish(follower) : [];
    });
  }

  /** Ends reading of a content, the line included that has no end. @returns as `finishQuiet` */
  finish(follower: Follower): readonly string[] {
    follower.finish();
    return this.#close(follower);
  }

  /**
   * While nothing can be read, descriptors pile up with every rotation: beyond the bound the oldest is closed. A file that has a
   * name still is found again by the next look, and read on; the rest of one that was deleted is lost, counted and told.
   * @param all whether the source wants none of them held. @returns as `finishQuiet`
   */
  release(all: boolean): readonly string[] {
    const { health, journal } = this.#options;
    const retiring = this.#followed.filter((each) => each.retiringSince !== undefined);
    const over = all ? retiring.length : retiring.length - MAX_RETIRING;
    return retiring.slice(0, Math.max(0, over)).flatMap((follower) => {
      const { bytes, named } = follower.rest();
      if (!named && bytes > 0) {
        journal.write("error", `${follower.path} was deleted before its last ${bytes} bytes were read`);
        health.add("BytesLost", bytes);
      }
      return this.#close(follower);
    });
  }

  /** Lets go of the files. */
  close(): void {
    for (const follower of this.#followed) follower.close();
  }

  #close(follower: Follower): readonly string[] {
    this.#followed = this.#followed.filter((each) => each !== follower);
    this.#options.follower.onMove();
    return this.finished.add(follower).flatMap(({ key }) => (key === "" ? [] : [key]));
  }
}
