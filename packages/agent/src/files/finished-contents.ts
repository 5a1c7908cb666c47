import { unlink } from "node:fs/promises";
import type { Journal } from "../health/journal.ts";
import type { Follower } from "./follower.ts";
import { lookAt } from "./found-file.ts";

/** A writer may come back to one of them, or a copy of one appear. Each is about 3 KB. */
const MAX_REMEMBERED = 64;

/** Contents whose files are closed, oldest first: read to their ends, or given up under back-pressure. */
export class FinishedContents {
  #contents: Follower[] = [];

  get list(): readonly Follower[] {
    return this.#contents;
  }

  /** @returns contents that are forgotten for it */
  add(content: Follower): readonly Follower[] {
    content.close();
    this.#contents.push(content);
    // One whose events are still on their way holds its place in the positions; batches in memory bound their number.
    const settled = this.#contents.filter(({ mark }) => mark.settled);
    const forgotten = settled.slice(0, Math.max(0, this.#contents.length - MAX_REMEMBERED));
    this.#contents = this.#contents.filter((each) => !forgotten.includes(each));
    return forgotten;
  }

  ofFile(key: string): Follower | undefined {
    return this.#contents.findLast((each) => each.key === key);
  }

  take(content: Follower): void {
    this.#contents = this.#contents.filter((each) => each !== content);
  }

  /** Deletes files whose content is stored whole. @param livePath is not deleted */
  async removeStored(livePath: string, journal: Journal): Promise<void> {
    for (const { path, key, mark } of this.#contents) {
      if (!mark.settled || path === livePath) continue;
      const found = lookAt(path, true);
      if (found?.key !== key || found.size !== mark.position) continue;
      await unlink(path).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        journal.write("warn", `${path} is stored and was not removed: ${reason}`);
      });
    }
  }
}
