import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import {
  EngineError,
  EngineUnavailable,
  engineError,
  parseFailure,
  QueryCancelled,
  QueryTimeout,
  ResultTooLarge,
} from "./errors.ts";
import { readRows } from "./result.ts";
import { identifier, literal } from "./sql/tokens.ts";

/** One query. Values of users travel in `params` only, never in `sql`. */
export type Query = {
  /** Without FORMAT and without a closing semicolon. */
  readonly sql: string;
  /** Values of the placeholders `{name:Type}`. 64-bit numbers as `bigint` or string. */
  readonly params?: Record<string, unknown>;
  /** Database of unqualified names, in place of the engine's default one. */
  readonly database?: string;
  /** Under this id the query can be watched and killed. Made up when left out. */
  readonly queryId?: string;
  /** ClickHouse settings for this query. */
  readonly settings?: Record<string, string | number | boolean>;
  /** Aborting it stops the query in the engine too. */
  readonly signal?: AbortSignal;
  /** More rows than this is an error (`ResultTooLarge`), never a silent cut. Default 100,000 for `rows`, none for `stream`. */
  readonly maxRows?: number;
  /** Longest time in milliseconds, waiting in the engine's queue included. */
  readonly timeoutMs?: number;
  /** Told once the query is over, with final figures. */
  readonly onStatistics?: (statistics: QueryStatistics) => void;
};

/** What a finished query cost. */
export type QueryStatistics = { readonly readRows: number; readonly readBytes: number; readonly elapsedMs: number };

/** How far a running query is. `totalRows` is the engine's estimate; `elapsedMs` counts from its start. */
export type QueryProgress = {
  readonly readRows: number;
  readonly readBytes: number;
  readonly totalRows: number;
  readonly elapsedMs: number;
};

export type Insert = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly format: "RowBinary" | "JSONCompactEachRow" | "JSONEachRow" | "TabSeparated";
  /** Must not change until the promise settles. */
  readonly body: Buffer | readonly Buffer[];
  readonly database?: string;
  readonly settings?: Query["settings"];
  readonly queryId?: string;
  readonly signal?: AbortSignal;
};

/** A connection to the engine as it is now; `epoch` grows with each restart of the engine. */
export type Connection = { readonly client: ClickHouseClient; readonly epoch: number };

/** Where the client gets its connection from. */
export type Access = {
  /** The live connection; waits (bounded, or until `signal`) while the engine restarts. @throws EngineUnavailable */
  current(signal: AbortSignal): Promise<Connection>;
  /** Says that a call failed on this connection. Resolves when it is known whether the engine is really down. */
  suspect(connection: Connection): Promise<void>;
};

const DEFAULT_MAX_ROWS = 100_000;

/**
 * The one way to the engine, embedded or cluster. Safe for concurrent use.
 *
 * Reads are asked once more when the engine went away under them before a row was handed out. Commands and inserts never are:
 * their outcome is unknown then, and `EngineUnavailable` says so.
 */
export class EngineClient {
  readonly #access: Access;
  readonly #database: string | undefined;
  readonly #drained: (() => void)[] = [];
  #calls = 0;
  /**
   * Asked when a statement names a table or database that the engine does not know. True: it may be there now, and the statement is
   * sent once more; nothing of it was done. For tables that an engine forgets when it ends.
   */
  restoreTables: (() => Promise<boolean>) | undefined;

  constructor(access: Access, database?: string) {
    this.#access = access;
    this.#database = database;
  }

  /** All rows, each as the array of its columns' JSON values (64-bit integers as strings). */
  async rows<T extends unknown[]>(query: Query): Promise<T[]> {
    const maxRows = query.maxRows ?? DEFAULT_MAX_ROWS;
    return await this.#retried(async () => {
      const rows: T[] = [];
      for await (const batch of this.#batches<T>({ ...query, maxRows })) for (const row of batch) rows.push(row);
      return rows;
    });
  }

  /** All rows as objects by column name. */
  async objects<T extends Record<string, unknown>>(query: Query): Promise<T[]> {
    return await this.#retried(async () => {
      let names: string[] = [];
      const objects: T[] = [];
      const batches = this.#batches({ ...query, maxRows: query.maxRows ?? DEFAULT_MAX_ROWS }, (columns) => {
        names = columns;
      });
      for await (const batch of batches)
        for (const row of batch) objects.push(Object.fromEntries(names.map((name, i) => [name, row[i]])) as T);
      return objects;
    });
  }

  /** Batches of rows as they come; the engine waits while the caller is busy. Leaving the loop stops the query in the engine. */
  stream<T extends unknown[]>(query: Query): AsyncIterable<T[]> {
    return this.#batches<T>(query);
  }

  /** A statement without a result: schema changes and the like. */
  async command(query: Query): Promise<void> {
    await this.#call(query, async (client, call) => {
      const { summary } = await client.command({ ...call, query: query.sql });
      query.onStatistics?.({
        readRows: Number(summary?.read_rows ?? 0),
        readBytes: Number(summary?.read_bytes ?? 0),
        elapsedMs: Number(summary?.elapsed_ns ?? 0) / 1e6,
      });
    });
  }

  /** Inserts encoded rows. When it resolves they are on disk and visible. `EngineUnavailable` means: nobody knows. */
  async insert(insert: Insert): Promise<void> {
    const { table, columns, format, body } = insert;
    const into = table.split(".").map(identifier).join(".");
    const sql = `INSERT INTO ${into} (${columns.map(identifier).join(", ")}) FORMAT ${format}`;
    await this.#call({ ...insert, sql }, async (client, call) => {
      const values = Readable.from(body instanceof Buffer ? [body] : body, { objectMode: false });
      const { stream } = await client.exec({ ...call, query: sql, values });
      for await (const _ of stream);
    });
  }

  /** How far a running query is; `undefined` when the engine does not run it (yet, or any more). */
  async progress(queryId: string): Promise<QueryProgress | undefined> {
    const [row] = await this.rows<[string, string, string, number]>({
      sql: `SELECT read_rows, read_bytes, total_rows_approx, elapsed FROM system.processes
            WHERE query_id = {id:String} OR Settings['log_comment'] = {id:String} LIMIT 1`,
      params: { id: queryId },
    });
    if (row === undefined) return undefined;
    const [readRows, readBytes, totalRows, elapsed] = row;
    return {
      readRows: Number(readRows),
      readBytes: Number(readBytes),
      totalRows: Number(totalRows),
      elapsedMs: elapsed * 1000,
    };
  }

  /** Stops a query, running or waiting. A query that is not there is no error. */
  async kill(queryId: string): Promise<void> {
    await this.command({ sql: `KILL QUERY WHERE query_id = ${literal(queryId)} ASYNC` });
  }

  /** Resolves when no call is under way. */
  async drained(): Promise<void> {
    if (this.#calls > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  async *#batches<T extends unknown[]>(
    query: Query,
    onColumns?: (names: string[]) => void,
  ): AsyncGenerator<T[], void, void> {
    let begun = false;
    try {
      for await (const batch of this.#once<T>(query, onColumns)) {
        begun = true;
        yield batch;
      }
    } catch (error) {
      if (begun || !(await this.#restored(error))) throw error;
      yield* this.#once<T>(query, onColumns);
    }
  }

  async *#once<T extends unknown[]>(
    query: Query,
    onColumns?: (names: string[]) => void,
  ): AsyncGenerator<T[], void, void> {
    const started = performance.now();
    const run = this.#begin(query);
    let stream: Readable | undefined;
    let rows = 0;
    let finished = false;
    try {
      const connection = await this.#connect(run);
      try {
        const answer = await connection.client.exec({
          ...run.call,
          // This format tells rows and bytes read at its end, on the embedded engine as on a cluster.
          query: `${query.sql}\nFORMAT JSONCompactEachRowWithProgress`,
        });
        stream = answer.stream;
        const tag = answer.response_headers["x-clickhouse-exception-tag"];
        for await (const batch of readRows<T>(stream, typeof tag === "string" ? tag : undefined)) {
          if (batch.columns !== undefined) onColumns?.(batch.columns);
          if (batch.statistics !== undefined) {
            const elapsedMs = performance.now() - started;
            query.onStatistics?.({ ...batch.statistics, elapsedMs });
          }
          rows += batch.rows.length;
          if (query.maxRows !== undefined && rows > query.maxRows)
            throw new ResultTooLarge(396, "TOO_MANY_ROWS_OR_BYTES", `The result has more than ${query.maxRows} rows`);
          if (batch.rows.length > 0) yield batch.rows;
        }
        finished = true;
      } catch (error) {
        throw await this.#explain(error, connection, run);
      }
    } finally {
      run.end();
      stream?.destroy();
      if (!finished && stream !== undefined) this.#stop(run.id);
    }
  }

  async #call(query: Query, work: (client: ClickHouseClient, call: Call) => Promise<void>): Promise<void> {
    const run = this.#begin(query);
    try {
      for (let refused = 0, restored = 0; ; ) {
        const connection = await this.#connect(run);
        try {
          await work(connection.client, run.call);
          return;
        } catch (error) {
          const explained = await this.#explain(error, connection, run);
          // Where nobody listens nothing was done: the engine is about to be started again.
          if (isRefused(error) && refused === 0) refused += 1;
          else if (restored === 0 && (await this.#restored(explained))) restored += 1;
          else throw explained;
        }
      }
    } finally {
      run.end();
    }
  }

  async #connect(run: Run): Promise<Connection> {
    try {
      return await this.#access.current(run.call.abort_signal);
    } catch (error) {
      throw this.#givenUp(error, run) ?? error;
    }
  }

  /** Joins the caller's signal and deadline, and gives the query its id. */
  #begin(query: Query): Run {
    const id = query.queryId ?? randomUUID();
    const timeout = query.timeoutMs === undefined ? undefined : AbortSignal.timeout(query.timeoutMs);
    const signals = [query.signal, timeout].filter((signal) => signal !== undefined);
    const signal = AbortSignal.any(signals);
    const stop = () => this.#stop(id);
    this.#calls += 1;
    signal.addEventListener("abort", stop, { once: true });
    const settings: Record<string, string | number | boolean> = {
      ...query.settings,
      // The embedded engine knows a query by this setting, and a cluster ends a read when its client hangs up.
      log_comment: id,
      cancel_http_readonly_queries_on_client_close: 1,
    };
    const database = query.database ?? this.#database;
    if (database !== undefined) settings.database = database;
    if (query.maxRows !== undefined) {
      settings.max_result_rows = query.maxRows;
      settings.result_overflow_mode = "throw";
    }
    const call: Call = {
      query_id: id,
      abort_signal: signal,
      clickhouse_settings: settings,
      ...(query.params === undefined ? {} : { query_params: query.params }),
    };
    return {
      id,
      call,
      query,
      timedOut: () => timeout?.aborted === true && query.signal?.aborted !== true,
      end: () => {
        signal.removeEventListener("abort", stop);
        this.#calls -= 1;
        if (this.#calls === 0) for (const tell of this.#drained.splice(0)) tell();
      },
    };
  }

  /** Asks the engine to stop a query whose caller is no longer interested, in the answer or in how the asking went. */
  #stop(id: string): void {
    this.kill(id).catch(() => {});
  }

  async #retried<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      return await read();
    }
  }

  async #restored(error: unknown): Promise<boolean> {
    const unknown = error instanceof EngineError && (error.code === UNKNOWN_TABLE || error.code === UNKNOWN_DATABASE);
    return unknown && (await this.restoreTables?.()) === true;
  }

  /** The error of a call that its caller, or its deadline, ended. */
  #givenUp(cause: unknown, run: Run): EngineError | undefined {
    if (run.timedOut())
      return new QueryTimeout(159, "TIMEOUT_EXCEEDED", `The query ran longer than ${run.query.timeoutMs} ms`, {
        cause,
      });
    if (run.query.signal?.aborted)
      return new QueryCancelled(394, "QUERY_WAS_CANCELLED", "The query was cancelled", { cause });
    return undefined;
  }

  async #explain(error: unknown, connection: Connection, run: Run): Promise<unknown> {
    const givenUp = this.#givenUp(error, run);
    if (givenUp !== undefined) return givenUp;
    if (error instanceof EngineError) return error;
    if (error instanceof ClickHouseError)
      return engineError(
        { code: Number(error.code), codeName: error.type ?? "UNKNOWN", text: error.message.trim() },
        { cause: error },
      );
    if (!(error instanceof Error)) return error;
    const failure = parseFailure(error.message);
    if (failure !== undefined) return engineError(failure, { cause: error });
    if (!isConnectionFailure(error)) return error;
    await this.#access.suspect(connection);
    return new EngineUnavailable(`The engine went away during the call: ${error.message}`, { cause: error });
  }
}

const UNKNOWN_TABLE = 60;
const UNKNOWN_DATABASE = 81;

type Call = {
  query_id: string;
  abort_signal: AbortSignal;
  clickhouse_settings: Record<string, string | number | boolean>;
  query_params?: Record<string, unknown>;
};

type Run = { id: string; call: Call; query: Query; timedOut: () => boolean; end: () => void };

function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

function isConnectionFailure(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  return (
    /^(?:ECONN(?:RESET|REFUSED|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE)$/.test(
      code,
    ) || /socket hang up|aborted|premature|Timeout error|terminated/i.test(error.message)
  );
}
