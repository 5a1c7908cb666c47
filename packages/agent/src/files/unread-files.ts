import type { Follower } from "./follower.ts";
import type { FoundFile } from "./found-file.ts";
import { HeldFile } from "./held-file.ts";

/** Descriptors of files whose part in a rotation is not decided. Beyond, files are opened when others are decided. */
const MAX_UNDECIDED = 64;
/** Copies of files that are followed still, kept for the moment when those are cut. Beyond, the oldest is closed. */
const MAX_COPIES = 8;

/** Files under the source's names that are not followed. */
export class UnreadFiles {
  #undecided: HeldFile[] = [];
  #copies: { readonly file: HeldFile; readonly of: Follower }[] = [];
  /** Files that are not ours to read, up to a size: older than we, or copies of what was read. */
  readonly #passedOver = new Map<string, number>();
  readonly #ignoreSymlinks: boolean;

  constructor(ignoreSymlinks: boolean) {
    this.#ignoreSymlinks = ignoreSymlinks;
  }

  get undecided(): readonly HeldFile[] {
    return this.#undecided;
  }

  knows(key: string): boolean {
    return this.#passedOver.has(key) || this.#held(key) !== undefined;
  }

  /** Holds a file until it is decided on. @returns false when there are too many of them already */
  hold(found: FoundFile, isKnown: (key: string) => boolean): boolean {
    const held = this.#held(found.key);
    if (held !== undefined) {
      held.path = found.path;
      return true;
    }
    if (this.#undecided.length >= MAX_UNDECIDED) return false;
    const file = HeldFile.open(found.path, this.#ignoreSymlinks);
    // The name may have gone to another file since it was looked at.
    if (file !== undefined && file.key !== found.key && (isKnown(file.key) || this.knows(file.key))) file.close();
    else if (file !== undefined) this.#undecided.push(file);
    return true;
  }

  /** Hands a file over. */
  take(file: HeldFile): HeldFile {
    this.#undecided = this.#undecided.filter((each) => each !== file);
    this.#copies = this.#copies.filter((each) => each.file !== file);
    return file;
  }

  isPassedOver(found: FoundFile): boolean {
    return found.size <= (this.#passedOver.get(found.key) ?? -1);
  }

  /** @param upTo a size beyond which the file is looked at again */
  passOver(key: string, upTo = Number.POSITIVE_INFINITY): void {
    this.#passedOver.set(key, upTo);
  }

  keepCopy(file: HeldFile, of: Follower): void {
    this.take(file);
    this.#copies.push({ file, of });
    for (const old of this.#copies.slice(0, -MAX_COPIES)) this.#drop(old.file);
  }

  /** Copies of a content that appeared while it was followed, the newest first. */
  copiesOf(follower: Follower): readonly HeldFile[] {
    return this.#copies
      .filter(({ of }) => of === follower)
      .map(({ file }) => file)
      .toReversed();
  }

  /** Closes copies of contents that need none any more. */
  dropCopies(isFollowed: (follower: Follower) => boolean): void {
    for (const { file, of } of this.#copies) if (!isFollowed(of)) this.#drop(file);
  }

  /** Forgets files that are gone. @param present keys of the files that are there */
  prune(present: ReadonlySet<string>): void {
    for (const key of this.#passedOver.keys()) if (!present.has(key)) this.#passedOver.delete(key);
  }

  close(): void {
    for (const file of [...this.#undecided, ...this.#copies.map((each) => each.file)]) file.close();
    this.#undecided = [];
    this.#copies = [];
  }

  #held(key: string): HeldFile | undefined {
    return this.#undecided.find((file) => file.key === key) ?? this.#copies.find(({ file }) => file.key === key)?.file;
  }

  #drop(file: HeldFile): void {
    this.take(file).close();
    this.passOver(file.key);
  }
}
