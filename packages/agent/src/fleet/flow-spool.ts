import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedBatch } from "../flows/recorder.ts";

/** Flows of one file, which is one call: the server takes 20,000. */
const MAX_FLOWS = 10_000;

/**
 * What was recorded and is not at the server yet, on disk. When it has reached its bound the oldest goes, and the next records of its interfaces
 * say that some were lost.
 */
export class FlowSpool {
  readonly #folder: string;
  readonly #maxBytes: number;
  #number = 0;
  /** Interfaces of which something was dropped since it was said last. */
  readonly #dropped = new Set<string>();

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  async add(batches: readonly RecordedBatch[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const part of batches.flatMap(split)) {
      const marked = this.#dropped.delete(part.interfaceId) ? { ...part, skipped: true } : part;
      // Names sort in the order in which they were written, also over a restart.
      const name = `${Date.now().toString().padStart(14, "0")}-${String(this.#number++).padStart(8, "0")}.json`;
      const handle = await open(join(this.#folder, `${name}.new`), "w", 0o600);
      await handle.writeFile(JSON.stringify(marked));
      await handle.sync();
      await handle.close();
      await rename(join(this.#folder, `${name}.new`), join(this.#folder, name));
    }
    await this.#bound();
  }

  /**
   * Hands out what there is, oldest first; what `send` resolves for is gone. False says that it was refused for good: then the next records of
   * its interface say so. Rejects with what `send` rejected with.
   */
  async drain(send: (batch: object) => Promise<boolean>): Promise<number> {
    let sent = 0;
    for (const name of await this.#names()) {
      const file = join(this.#folder, name);
      const batch: RecordedBatch = JSON.parse(await readFile(file, "utf8"));
      if (!(await send(batch))) this.#dropped.add(batch.interfaceId);
      await rm(file, { force: true });
      sent++;
    }
    return sent;
  }

  async #bound(): Promise<void> {
    const names = await this.#names();
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.#folder, name))).size));
    let total = sizes.reduce((sum, size) => sum + size, 0);
    for (const [index, name] of names.entries()) {
      if (total <= this.#maxBytes) return;
      const file = join(this.#folder, name);
      const batch: RecordedBatch = JSON.parse(await readFile(file, "utf8"));
      this.#dropped.add(batch.interfaceId);
      await rm(file, { force: true });
      total -= sizes[index] ?? 0;
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => name.endsWith(".json")).sort();
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }
}

/** A batch, or a part of one that is too large for a call. */
interface Part extends RecordedBatch {
  /** Another part tells of the interval as a whole. */
  readonly continued?: boolean;
  /** What flows of other parts met with, so that this one does not say there were none. */
  readonly elsewhere?: readonly ("ACCEPT" | "REJECT")[];
}

/** Batches of no more flows than a call takes. Each part has an id of its own, the same whenever it is made. */
function split(batch: RecordedBatch): Part[] {
  if (batch.flows.length <= MAX_FLOWS) return [batch];
  const elsewhere = [...new Set(batch.flows.map(({ action }) => action))];
  const parts: Part[] = [];
  for (let at = 0; at < batch.flows.length; at += MAX_FLOWS)
    parts.push({
      ...batch,
      id: `${batch.id}-${at / MAX_FLOWS}`,
      flows: batch.flows.slice(at, at + MAX_FLOWS),
      skipped: batch.skipped && at === 0,
      continued: at > 0,
      elsewhere,
    });
  return parts;
}
