import { execFileSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Session } from "chdb";
import { SEALED_DATABASE } from "../sealed-tables.ts";
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

type Slot = { readonly session: Session; readonly pipes: Pipes; changed: readonly string[] };

/** The named pipes of a session: results come out of one, rows go in through the other. */
type Pipes = { readonly result: string; readonly rows: string };

export type ChdbOptions = {
  readonly directory: string;
  readonly configFile: string;
  /** A folder for the named pipes through which rows go into the engine and results leave it. */
  readonly pipes: string;
  /** How many statements run at the same time at most. The caller keeps to it. */
  readonly width: number;
  /** Values of the user's profile that a statement may change; they are put back for the next statement. */
  readonly profile: Readonly<Record<string, string>>;
};

/**
 * The settings of statements about sealed tables: what does not fit in memory ends with an error, as chdb writes what it puts down for a
 * moment in the clear, into a folder of its own choice.
 */
const IN_MEMORY = Object.fromEntries(
  ["sort", "group_by", "join"].flatMap((what) => [
    [`max_bytes_before_external_${what}`, "0"],
    [`max_bytes_ratio_before_external_${what}`, "0"],
  ]),
);

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
    const missing = Array.from({ length: options.width }, (_, i) => Object.values(this.#pipes(i)))
      .flat()
      .filter((path) => !existsSync(path));
    // Node.js cannot make a named pipe itself.
    if (missing.length > 0) execFileSync("mkfifo", ["-m", "600", ...missing]);
    this.#root = this.#open();
  }

  /** Runs a statement without a result worth streaming. */
  async run(sql: string, context: RunContext): Promise<Uint8Array> {
    return await this.#with(context, sql, async ({ session }, prefix) => {
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
    await this.#with(context, head, async ({ session, pipes }, prefix) => {
      const reader = new Socket({
        fd: openSync(pipes.result, constants.O_RDONLY | constants.O_NONBLOCK),
        readable: true,
        writable: false,
      });
      const reading = (async () => {
        for await (const chunk of reader) await sink(chunk);
      })();
      try {
        await session.queryAsync(`${prefix}${head}\nINTO OUTFILE ${literal(pipes.result)} TRUNCATE ${tail}`);
      } finally {
        // The engine may have failed before it opened its end. A writer that comes and goes ends the reading in any case.
        endOfFile(pipes.result);
        await reading;
      }
    });
  }

  /**
   * Inserts rows, in any format that the engine reads. They go in through a named pipe: chdb would append the bytes to the statement,
   * and the engine would read all of them as SQL before it reads them as rows, which costs several times what the rows cost. A file
   * costs a little more than a pipe, and would hold on disk, for a moment and in the clear, what is to be encrypted.
   */
  async insert(head: InsertHead, data: Buffer, context: RunContext): Promise<InsertOutcome> {
    return await this.#with(context, head.table, async ({ session, pipes }, prefix) => {
      const table = head.table.split(".").map(identifier).join(".");
      const columns = head.columns === undefined ? "" : ` (${head.columns.map(identifier).join(", ")})`;
      const settings = Object.entries(head.settings).map(([name, value]) => `${name} = ${literal(value)}`);
      const writing = feed(pipes.rows, data);
      try {
        const done = await session.queryAsync(
          `${prefix}INSERT INTO ${table}${columns} FROM INFILE ${literal(pipes.rows)} COMPRESSION 'none'
           ${settings.length === 0 ? "" : `SETTINGS ${settings.join(", ")}`} FORMAT ${head.format}`,
        );
        return { rows: done.rowsRead, bytes: done.bytesRead };
      } finally {
        await drained(pipes.rows, writing);
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

  async #with<T>(context: RunContext, sql: string, work: (slot: Slot, prefix: string) => Promise<T>): Promise<T> {
    const slot = this.#idle.pop() ?? this.#slot();
    const settings = sql.includes(SEALED_DATABASE) ? { ...context.settings, ...IN_MEMORY } : context.settings;
    try {
      const done = await work(slot, this.#prefix(slot, { ...context, settings }));
      slot.changed = Object.keys(settings);
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
    const pipes = this.#pipes(this.#made);
    this.#made += 1;
    return { session: this.#open(), pipes, changed: [] };
  }

  #open(): Session {
    return new Session(this.#options.directory, { connectionArgs: [`--config-file=${this.#options.configFile}`] });
  }

  #pipes(i: number): Pipes {
    const path = (what: string) => join(this.#options.pipes, `${what}-${i}`);
    return { result: path("result"), rows: path("rows") };
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

/** Writes all of `data` into a pipe as its reader takes it, on a thread of libuv's that waits with it. */
async function feed(pipe: string, data: Buffer): Promise<void> {
  const file = await open(pipe, "w");
  try {
    await file.writeFile(data);
  } catch (error) {
    // The engine has left before the end; why it did is what its statement tells.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  } finally {
    await file.close();
  }
}

/** Awaits the writing into a pipe whose reader is gone, or never came: a reader that comes and goes ends the waiting for one. */
async function drained(pipe: string, writing: Promise<void>): Promise<void> {
  const over = writing.then(() => true);
  while (!(await Promise.race([over, delay(1, false)])))
    closeSync(openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK));
}
