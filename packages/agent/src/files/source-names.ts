import { basename, dirname, join } from "node:path";
import type { FileSource } from "../configuration/file-source.ts";
import type { Directories } from "./directories.ts";
import { byAge, type FoundFile, lookAt } from "./found-file.ts";
import { findFiles, isPattern, segmentMatcher } from "./glob.ts";
import { isCompressed, mayBeRotated } from "./rotated-names.ts";

/** How often the files of a pattern over directories are searched. */
const SEARCH_MS = 1_000;

/** What stands under the names that belong to a source, at one moment. */
export interface NamesNow {
  /** The file that is written to: the one of the source's path, or of a pattern the one that changed last. */
  readonly live: FoundFile | undefined;
  /** Files that may be earlier contents of it, and others of the pattern; oldest first. */
  readonly others: readonly FoundFile[];
}

/** The names of a source: its path or the files of its pattern, and those that rotation gives to them. */
export class SourceNames {
  /** Whether many files may be meant. A file of a source that takes every file is one, whatever its name. */
  readonly isPattern: boolean;
  readonly #path: string;
  readonly #source: FileSource;
  readonly #directories: Directories;
  readonly #watching = new Map<string, () => void>();
  /** Of a pattern for names within one directory: those can be looked up at once. */
  readonly #matches: ((name: string) => boolean) | undefined;
  /** Of a pattern over directories: what was found lately. */
  #found: readonly string[] = [];
  #searchedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, source: FileSource, directories: Directories) {
    this.#path = path;
    this.#source = source;
    this.#directories = directories;
    this.isPattern = !source.everyFile && isPattern(path);
    if (this.isPattern && !isPattern(dirname(path))) this.#matches = segmentMatcher(basename(path));
  }

  /** Searches the directories of a pattern over directories, when it is time. */
  async search(): Promise<void> {
    if (!this.isPattern || this.#matches !== undefined || performance.now() - this.#searchedAt < SEARCH_MS) return;
    const found = await findFiles(this.#path, this.#source.ignoreSymlinks);
    this.#found = found.map(({ path }) => path);
    this.#searchedAt = performance.now();
  }

  /**
   * Calls the listener at changes of names, from now on where the source's own files and the given ones are, and nowhere else.
   * @param followed names of files that are followed
   */
  watch(followed: readonly string[], listener: () => void): void {
    const wanted = new Set(this.#roots(followed).map((path) => dirname(path)));
    for (const [directory, end] of this.#watching) {
      if (wanted.has(directory)) continue;
      end();
      this.#watching.delete(directory);
    }
    for (const directory of wanted) {
      if (!this.#watching.has(directory)) this.#watching.set(directory, this.#directories.watch(directory, listener));
    }
  }

  close(): void {
    for (const end of this.#watching.values()) end();
    this.#watching.clear();
  }

  /** @param followed names of files that are followed, which may have been rotated */
  look(followed: readonly string[]): NamesNow {
    const own = byAge(this.#ownPaths().flatMap((path) => this.#lookAt(path)));
    const live = own.at(-1);
    const rotated = this.#rotated([...followed, ...(live === undefined ? [] : [live.path])]);
    const known = new Set(own.map(({ path }) => path));
    const others = rotated.filter((path) => !known.has(path)).flatMap((path) => this.#lookAt(path));
    return { live, others: byAge([...own.slice(0, -1), ...others]) };
  }

  /** The file that is written to: one system call when it has a fixed name. */
  live(): FoundFile | undefined {
    return byAge(this.#ownPaths().flatMap((path) => this.#lookAt(path))).at(-1);
  }

  /** Names in the source's directories that rotation may have given to a file of the source. */
  #rotated(followed: readonly string[]): readonly string[] {
    const roots = this.#roots(followed);
    const names = new Set<string>();
    for (const directory of new Set(roots.map((path) => dirname(path)))) {
      for (const name of this.#directories.names(directory)) {
        const path = join(directory, name);
        if (roots.some((root) => mayBeRotated(root, path)) && !this.#isBlacklisted(path)) names.add(path);
      }
    }
    return [...names];
  }

  /** Names whose rotated names are looked for. A fixed name is enough: what was rotated away is held by its descriptor. */
  #roots(followed: readonly string[]): readonly string[] {
    if (!this.isPattern) return [this.#path];
    return this.#matches === undefined ? followed : [this.#path, ...followed];
  }

  #ownPaths(): readonly string[] {
    if (!this.isPattern) return [this.#path];
    const directory = dirname(this.#path);
    const matches = this.#matches;
    const all =
      matches === undefined
        ? this.#found
        : this.#directories.names(directory).flatMap((name) => (matches(name) ? [join(directory, name)] : []));
    return all.filter((path) => !isCompressed(path) && !this.#isBlacklisted(path));
  }

  #lookAt(path: string): readonly FoundFile[] {
    const found = lookAt(path, this.#source.ignoreSymlinks);
    return found === undefined ? [] : [found];
  }

  #isBlacklisted(path: string): boolean {
    return this.#source.blacklist?.matches(basename(path)) ?? false;
  }
}
