import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Reply } from "./channel.ts";

/** The server asks for nothing older than 30 days; what it forgot is of no use. */
const KEPT_MS = 31 * 86_400_000;

/**
 * Which commands this host has begun, and how they ended: on disk, so that none runs twice, and that the end of each is told
 * although agent, server or network went away meanwhile.
 */
export class CommandJournal {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** False when the command was begun before. The mark is on disk before this resolves. */
  async begin(id: string): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if ((await this.#names()).some((name) => name.startsWith(`${id}.`))) return false;
    const handle = await open(this.#file(id, "begun"), "wx", 0o600);
    await handle.sync();
    await handle.close();
    await this.#sync();
    return true;
  }

  async end(id: string, reply: Reply): Promise<void> {
    const file = this.#file(id, "ended");
    const handle = await open(`${file}.new`, "w", 0o600);
    await handle.writeFile(JSON.stringify(reply));
    await handle.sync();
    await handle.close();
    await rename(`${file}.new`, file);
    await rm(this.#file(id, "begun"), { force: true });
    await this.#sync();
  }

  /** The server knows the end. What is left says that the command was here. */
  async told(id: string): Promise<void> {
    await rename(this.#file(id, "ended"), this.#file(id, "told"));
  }

  /** Commands that were running when the agent was stopped or died: nobody knows how far they came. */
  async interrupted(): Promise<string[]> {
    const names = await this.#names();
    return names.flatMap((name) => (name.endsWith(".begun") ? [name.slice(0, -".begun".length)] : []));
  }

  /** Ends that the server does not know yet. */
  async untold(): Promise<{ id: string; reply: Reply }[]> {
    const names = await this.#names();
    const ends = [];
    for (const name of names.filter((one) => one.endsWith(".ended")))
      ends.push({
        id: name.slice(0, -".ended".length),
        reply: JSON.parse(await readFile(join(this.#folder, name), "utf8")) as Reply,
      });
    return ends;
  }

  /** Forgets what is long past. */
  async clean(now: number): Promise<void> {
    for (const name of await this.#names()) {
      const file = join(this.#folder, name);
      if ((await stat(file)).mtimeMs < now - KEPT_MS) await rm(file, { force: true });
    }
  }

  #file(id: string, state: "begun" | "ended" | "told"): string {
    return join(this.#folder, `${id}.${state}`);
  }

  async #sync(): Promise<void> {
    const folder = await open(this.#folder, "r");
    await folder.sync();
    await folder.close();
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }
}
