import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { EngineClient, Insert } from "./client.ts";
import { EngineError, EngineUnavailable } from "./errors.ts";

export type AppenderOptions<Row> = {
  readonly client: EngineClient;
  readonly table: string;
  readonly columns: readonly string[];
  readonly database?: string;
  /** JSONCompactEachRow is the fastest of the formats that the embedded engine takes, and the default. */
  readonly format?: Insert["format"];
  /** ClickHouse settings for each insert. */
  readonly settings?: Insert["settings"];
  /** Rows as bytes in that format, one closed line each, in the order of `columns`. */
  encode(rows: readonly Row[]): Buffer;
  /** Takes back what `encode` gave, where surely nobody needs it any more, so that its memory can be used again. */
  recycle?(bytes: Buffer): void;
  /**
   * Those of `rows` that are not in the table. Asked after an insert with unknown outcome, when the engine is back. Must be answered
   * row by row: an insert into several partitions can have succeeded for some of them.
   */
  missing(rows: readonly Row[]): Promise<Row[]>;
  /** One insert holds at most this much (a larger single call goes alone). */
  readonly maxBatchBytes?: number;
  readonly maxBatchRows?: number;
  /** Encoded bytes that wait or are on their way; beyond it `append` rejects. */
  readonly maxQueuedBytes?: number;
  /**
   * Inserts on their way at once. The default is one: with 32 callers on two cores it took two to three times the calls of two or
   * three, because more of them share an insert and its fsync.
   */
  readonly inFlight?: number;
  /** How long the fate of rows may be looked for after a failure, in milliseconds. */
  readonly recoverMs?: number;
};

export type Appender<Row> = {
  /**
   * Resolves when the rows are durable and visible to the next query. Rows of one call go in one insert, in order.
   * @throws AppenderFull (nothing was taken: try later), EngineError (the engine refuses these rows), OutcomeUnknown
   */
  append(rows: readonly Row[]): Promise<void>;
  /** Takes nothing more, and resolves when all that was taken is settled. */
  close(): Promise<void>;
  /** Encoded bytes that wait or are on their way. */
  readonly queuedBytes: number;
};

/** The queue is at its bound; nothing was taken. */
export class AppenderFull extends Error {
  override name = "AppenderFull";
}

/** It could not be found out in time whether the rows were written. */
export class OutcomeUnknown extends Error {
  override name = "OutcomeUnknown";
}

type Call<Row> = {
  readonly rows: readonly Row[];
  readonly bytes: Buffer;
  resolve(): void;
  reject(error: unknown): void;
};

const MIB = 1024 ** 2;

/** Errors about the rows themselves: found while they are parsed, before anything is written. */
const DATA_ERRORS = new Set([6, 26, 27, 32, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 349, 407, 469, 675]);

/**
 * Group commit: while an insert is on its way the next calls gather, and go together when it is back. A lone call goes at once.
 */
export function createAppender<Row>(options: AppenderOptions<Row>): Appender<Row> {
  const { client, table, columns, format = "JSONCompactEachRow" } = options;
  const maxBatchBytes = options.maxBatchBytes ?? 8 * MIB;
  const maxBatchRows = options.maxBatchRows ?? 50_000;
  const maxQueuedBytes = options.maxQueuedBytes ?? 64 * MIB;
  const places = options.inFlight ?? 1;
  const recoverMs = options.recoverMs ?? 30_000;
  const queue: Call<Row>[] = [];
  const flights = new Set<Promise<void>>();
  let queuedBytes = 0;
  let closed = false;

  return {
    get queuedBytes() {
      return queuedBytes;
    },
    async append(rows) {
      if (closed) throw new EngineUnavailable("The appender is closed");
      if (rows.length === 0) return;
      const bytes = options.encode(rows);
      if (bytes.length > maxQueuedBytes)
        throw new RangeError(`One call must not have more than ${maxQueuedBytes} bytes; this one has ${bytes.length}`);
      if (queuedBytes + bytes.length > maxQueuedBytes)
        throw new AppenderFull(`${queuedBytes} bytes are waiting to be written to ${table}; try again later`);
      queuedBytes += bytes.length;
      await new Promise<void>((resolve, reject) => {
        queue.push({ rows, bytes, resolve, reject });
        pump();
      }).finally(() => {
        queuedBytes -= bytes.length;
      });
    },
    async close() {
      closed = true;
      while (flights.size > 0) await Promise.all(flights);
    },
  };

  function pump(): void {
    while (flights.size < places && queue.length > 0) {
      const flight = write(take()).finally(() => {
        flights.delete(flight);
        pump();
      });
      flights.add(flight);
    }
  }

  function take(): Call<Row>[] {
    let bytes = 0;
    let rows = 0;
    let count = 0;
    for (const call of queue) {
      bytes += call.bytes.length;
      rows += call.rows.length;
      if (count > 0 && (bytes > maxBatchBytes || rows > maxBatchRows)) break;
      count += 1;
    }
    return queue.splice(0, count);
  }

  /** Settles every call of the batch; never rejects. */
  async function write(batch: readonly Call<Row>[]): Promise<void> {
    try {
      await insert(
        batch.flatMap(({ rows }) => rows),
        batch.map(({ bytes }) => bytes),
      );
      for (const call of batch) call.resolve();
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) only.reject(error);
      else if (isDataError(error)) for (const call of batch) await write([call]);
      else for (const call of batch) call.reject(error);
    }
  }

  /** One insert, and whatever it takes to know how it went. */
  async function insert(rows: readonly Row[], body: readonly Buffer[]): Promise<void> {
    const deadline = performance.now() + recoverMs;
    let wanted = rows;
    let bytes = body;
    for (;;) {
      const queryId = randomUUID();
      const failure = await attempt(queryId, bytes);
      if (failure === undefined) {
        // After a failed attempt a connection may still hold the bytes, so only those of a first attempt are free.
        if (bytes === body) for (const each of body) options.recycle?.(each);
        return;
      }
      if (isDataError(failure)) throw failure;
      const left = await lookFor(wanted, queryId, failure, deadline);
      if (left.length === 0) return;
      // The engine is there, said no, and wrote nothing: the caller may know better what to do. A row stands for several in the table
      // where the caller says so, and then a shorter row comes back for one of which a part is missing.
      const untouched = left.length === rows.length && left.every((row, i) => row === rows[i]);
      if (untouched && failure instanceof EngineError) throw failure;
      if (performance.now() > deadline)
        throw new OutcomeUnknown(`Rows for ${table} could not be written`, { cause: failure });
      wanted = left;
      bytes = [options.encode(left)];
    }
  }

  async function attempt(queryId: string, body: readonly Buffer[]): Promise<Error | undefined> {
    try {
      const { database, settings } = options;
      await client.insert({
        table,
        columns,
        format,
        body,
        queryId,
        ...(database === undefined ? {} : { database }),
        ...(settings === undefined ? {} : { settings }),
      });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Which rows are missing, once the insert in question has surely ended. Asks until it is answered or the time is over. */
  async function lookFor(
    rows: readonly Row[],
    queryId: string,
    failure: Error,
    deadline: number,
  ): Promise<readonly Row[]> {
    for (;;) {
      try {
        // The connection may be gone while the insert goes on; its rows would appear behind our back.
        while ((await client.progress(queryId)) !== undefined) {
          if (performance.now() > deadline) throw new Error("The insert could not be stopped");
          await client.kill(queryId);
          await delay(20);
        }
        return await options.missing(rows);
      } catch (error) {
        if (performance.now() > deadline)
          throw new OutcomeUnknown(`It is not known whether rows were written to ${table}: ${failure.message}`, {
            cause: error,
          });
        await delay(100);
      }
    }
  }
}

function isDataError(error: unknown): boolean {
  return error instanceof EngineError && DATA_ERRORS.has(error.code);
}
