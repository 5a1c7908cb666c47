import type { HeldFile } from "./held-file.ts";
import { identityKey, MIN_HEAD } from "./identity.ts";
import type { FilePosition } from "./position-store.ts";

/** Positions of earlier runs that no file was found for yet. */
export class EarlierPositions {
  #positions: readonly FilePosition[];
  /** When the last of their files changed, in epoch milliseconds: files that changed later came while no agent ran. */
  readonly newest: number;

  constructor(positions: readonly FilePosition[]) {
    this.#positions = positions;
    this.newest = Math.max(Number.NEGATIVE_INFINITY, ...positions.map(({ modified }) => modified));
  }

  get list(): readonly FilePosition[] {
    return this.#positions;
  }

  /**
   * @returns the position in this file's content, which is not looked for again; undefined when no earlier run read it. It is
   *   the same file with the same beginning, or another one that begins alike: a copy, or the file that was copied.
   */
  take(file: HeldFile): FilePosition | undefined {
    if (this.#positions.length === 0) return undefined;
    const same = this.#positions.filter(({ identity }) => identityKey(identity) === file.key);
    // A disk that was restored or moved gives its files other identities.
    const others = this.#positions.filter((each) => !same.includes(each) && each.head.length >= MIN_HEAD);
    const found = [...same, ...others].find((position) => file.continues(position));
    if (found !== undefined) this.#positions = this.#positions.filter((each) => each !== found);
    return found;
  }

  /** What is gone is forgotten. */
  clear(): void {
    this.#positions = [];
  }
}
