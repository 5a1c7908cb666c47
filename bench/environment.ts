import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./case.ts";
import type { PreparedData } from "./data-sets/prepared.ts";
import { createStreams, send } from "./load/load-data.ts";
import { type ServerUnderTest, startServer } from "./server/server-under-test.ts";

/** How long merges may take after a load before the cases begin anyway. */
const SETTLE_LIMIT_MS = 300_000;

/** Keeps one server at a time, and remembers across runs which directory holds the loaded data. */
export class Environment implements Bench {
  readonly data: PreparedData;
  readonly #say: (text: string) => void;
  readonly #marker: string;
  #server: ServerUnderTest | undefined;
  #made = 0;

  constructor(data: PreparedData, say: (text: string) => void) {
    this.data = data;
    this.#say = say;
    this.#marker = join(data.directory, "loaded.gen.json");
  }

  say(text: string): void {
    this.#say(text);
  }

  freshDirectory(): string {
    const directory = join(this.data.directory, `server-${process.pid}-${this.#made++}`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    return directory;
  }

  async loaded(): Promise<ServerUnderTest> {
    if (this.#server !== undefined) return this.#server;
    const directory = this.#loadedDirectory();
    if (directory !== undefined) {
      this.#server = await startServer(directory, "node");
      return this.#server;
    }
    this.say("loading the data set (not timed)");
    const server = await startServer(this.freshDirectory(), "node");
    await createStreams(server, this.data);
    await send(server, this.data, [...this.data.fullCalls, ...this.data.restCalls], 0);
    await server.settled(SETTLE_LIMIT_MS);
    this.adopt(server);
    return server;
  }

  adopt(server: ServerUnderTest): void {
    const before = this.#loadedDirectory();
    writeFileSync(this.#marker, JSON.stringify({ directory: server.directory }));
    if (before !== undefined && before !== server.directory) rmSync(before, { recursive: true });
    this.#server = server;
  }

  async release(): Promise<string> {
    await this.#server?.stop();
    this.#server = undefined;
    return this.#loadedDirectory() ?? this.freshDirectory();
  }

  /** Stops the server and removes the directories that only this run needed. */
  async close(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
    const kept = this.#loadedDirectory();
    for (let i = 0; i < this.#made; i++) {
      const directory = join(this.data.directory, `server-${process.pid}-${i}`);
      if (directory !== kept) rmSync(directory, { recursive: true, force: true });
    }
  }

  #loadedDirectory(): string | undefined {
    if (!existsSync(this.#marker)) return undefined;
    const { directory }: { directory: string } = JSON.parse(readFileSync(this.#marker, "utf8"));
    return existsSync(directory) ? directory : undefined;
  }
}
