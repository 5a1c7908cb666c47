import { execFileSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { unlink, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Session } from "chdb";
import type { InsertHead } from "../sql/guard.ts";
import { identifier, literal } from "../sql/tokens.ts";

/** How one statement runs: under which name it can be killed, in which database, with which settings and parameters. */
export type RunContext = {
  readonly id: string;
  readonly database: string | undefined;
  /** Checked names; the engine checks the values. */
  readonly settings: Readonly<Record<string, string>>;
  /** Values in ClickHouse's escaped text form, as they come in `param_*`. */
  readonly params: Readonly<Record<string, string>>;
};

export type InsertOutcome = { rows: number; bytes: number };

type Slot = { readonly session: Session; readonly pipe: string; readonly spool: string; changed: readonly string[] };

export type ChdbOptions = {
  readonly directory: string;
  readonly configFile: string;
  /** A folder for the named pipes through which results leave the engine. */
  readonly pipes: string;
  /** How many statements run at the same time at most. The caller keeps to it. */
  readonly width: number;
  /** Values of the user's profile that a statement may change; they are put back for the next statement. */
  readonly profile: Readonly<Record<string, string>>;
};

/** `log_comment` carries the caller's query id, because chdb gives each query an id of its own that nobody learns. */
const ID_SETTING = "log_comment";

/**
 * The embedded engine: one data directory, several sessions, each running one statement at a time.
 *
 * Results leave through named pipes (`INTO OUTFILE` a pipe of ours) and not through chdb's streaming calls: those run a query's
 * analysis, sub-queries included, on the event loop, start every format anew for each block, and tell no totals. A pipe keeps
 * the engine waiting while its reader is slow, and everything runs on libuv's threads.
 */
export class Chdb {
  readonly #options: ChdbOptions;
  readonly #root: Session;
  readonly #idle: Slot[] = [];
  #made = 0;
  #kills: Promise<unknown> = Promise.resolve();

  /** Opens the data directory; blocks until its tables are loaded. */
  constructor(options: ChdbOptions) {
    this.#options = options;
    const missing = Array.from({ length: options.width }, (_, i) => this.#pipe(i)).filter((path) => !existsSync(path));
    // Node.js cannot make a named pipe itself.
    if (missing.length > 0) execFileSync("mkfifo", ["-m", "600", ...missing]);
    this.#root = this.#open();
  }

  /** Runs a statement without a result worth streaming. */
  async run(sql: string, context: RunContext): Promise<Uint8Array> {
    return await this.#with(context, async ({ session }, prefix) => {
      const result = await session.queryAsync(prefix + sql, { format: "TabSeparated" });
      return result.bytes();
    });
  }

  /**
   * Runs a statement and hands its result to `sink` as it comes; the next bytes are asked for when `sink` is done.
   * `head` is the statement up to its own FORMAT, `tail` the rest (or a FORMAT clause). A `sink` must not throw: the engine can
   * only be stopped by `kill`, and until then somebody has to read.
   */
  async stream(head: string, tail: string, context: RunContext, sink: (chunk: Buffer) => Promise<void>): Promise<void> {
    await this.#with(context, async ({ session, pipe }, prefix) => {
      const reader = new Socket({
        fd: openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK),
        readable: true,
        writable: false,
      });
      const reading = (async () => {
        for await (const chunk of reader) await sink(chunk);
      })();
      try {
        await session.queryAsync(`${prefix}${head}\nINTO OUTFILE ${literal(pipe)} TRUNCATE ${tail}`);
      } finally {
        // The engine may have failed before it opened its end. A writer that comes and goes ends the reading in any case.
        endOfFile(pipe);
        await reading;
      }
    });
  }

  /**
   * Inserts rows, in any format that the engine reads. They go in through a file of ours: chdb would append the bytes to the statement,
   * and the engine would read all of them as SQL before it reads them as rows, which costs several times what the rows cost.
   * The file is never synced, as the part is before the insert returns.
   */
  async insert(head: InsertHead, data: Buffer, context: RunContext): Promise<InsertOutcome> {
    return await this.#with(context, async ({ session, spool }, prefix) => {
      const table = head.table.split(".").map(identifier).join(".");
      const columns = head.columns === undefined ? "" : ` (${head.columns.map(identifier).join(", ")})`;
      const settings = Object.entries(head.settings).map(([name, value]) => `${name} = ${literal(value)}`);
      await writeFile(spool, data, { mode: 0o600 });
      try {
        const done = await session.queryAsync(
          `${prefix}INSERT INTO ${table}${columns} FROM INFILE ${literal(spool)} COMPRESSION 'none'
           ${settings.length === 0 ? "" : `SETTINGS ${settings.join(", ")}`} FORMAT ${head.format}`,
        );
        return { rows: done.rowsRead, bytes: done.bytesRead };
      } finally {
        await unlink(spool);
      }
    });
  }

  /** Stops the statement with this id, and goes on asking until `settled`: it may not have begun yet. */
  async kill(id: string, settled: AbortSignal): Promise<void> {
    while (!settled.aborted) {
      const sql = `KILL QUERY WHERE Settings['${ID_SETTING}'] = ${literal(id)} ASYNC`;
      this.#kills = this.#kills.then(() => this.#root.queryAsync(sql));
      await this.#kills;
      await delay(25, undefined, { ref: false });
    }
  }

  async #with<T>(context: RunContext, work: (slot: Slot, prefix: string) => Promise<T>): Promise<T> {
    const slot = this.#idle.pop() ?? this.#slot();
    try {
      const done = await work(slot, this.#prefix(slot, context));
      slot.changed = Object.keys(context.settings);
      return done;
    } catch (error) {
      // A session keeps hold of a failed query, its memory and its place in system.processes, until it is given another one.
      await slot.session.queryAsync("SELECT 1 FORMAT Null");
      throw error;
    } finally {
      this.#idle.push(slot);
    }
  }

  #slot(): Slot {
    const pipe = this.#pipe(this.#made);
    this.#made += 1;
    return { session: this.#open(), pipe, spool: `${pipe}.rows`, changed: [] };
  }

  #open(): Session {
    return new Session(this.#options.directory, { connectionArgs: [`--config-file=${this.#options.configFile}`] });
  }

  #pipe(i: number): string {
    return join(this.#options.pipes, `result-${i}`);
  }

  /** Statements that bring the session into the state which `context` asks for, whatever the one before left behind. */
  #prefix(slot: Slot, { id, database, settings, params }: RunContext): string {
    const set: string[] = [`${ID_SETTING} = ${literal(id)}`];
    for (const name of slot.changed)
      if (!Object.hasOwn(settings, name)) {
        const usual = this.#options.profile[name];
        set.push(`${name} = ${usual === undefined ? "DEFAULT" : literal(usual)}`);
      }
    for (const [name, value] of Object.entries(settings)) set.push(`${name} = ${literal(value)}`);
    for (const [name, value] of Object.entries(params)) set.push(`param_${name} = ${literal(value)}`);
    // Until the statement succeeds it is open which of them took effect.
    slot.changed = [...new Set([...slot.changed, ...Object.keys(settings)])];
    return `USE ${identifier(database ?? "default")}; SET ${set.join(", ")}; `;
  }
}

function endOfFile(pipe: string): void {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    // No reader is left: it saw the end already.
    if (!(error instanceof Error && "code" in error && error.code === "ENXIO")) throw error;
  }
}
