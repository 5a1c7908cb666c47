import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import { parseFailure } from "../errors.ts";
import type { EngineLimits } from "../limits.ts";
import { checkFormat, inspect, parameterNames, RefusedStatement, type Statement } from "../sql/guard.ts";
import { UnreadableStatement } from "../sql/tokens.ts";
import type { Chdb, RunContext } from "./chdb.ts";
import { Lanes, LanesFull } from "./lanes.ts";
import { BodyTooLarge, type EngineRequest, readBody, readRequest } from "./request.ts";

export type DoorOptions = {
  readonly chdb: Chdb;
  readonly limits: EngineLimits;
  readonly user: string;
  readonly secret: string;
  /** Told about a failure after which the engine cannot be trusted; the process has to go. */
  readonly fatal: (reason: string) => void;
};

/** A statement at work or waiting; aborting `cancel` ends it wherever it is. */
type Running = { readonly cancel: AbortController };

/** Longest text of a statement without its data: ClickHouse's own bound is 256 KiB. */
const MAX_STATEMENT = 1024 ** 2;

/** With `wait_end_of_query` a result is held in memory; more than this is refused. */
const MAX_HELD_RESULT = 64 * 1024 ** 2;

/**
 * ClickHouse's HTTP interface in front of the embedded engine: the part that `@clickhouse/client` and curl use.
 * Loopback only; every request but `/ping` must carry the secret.
 */
export function createDoor(options: DoorOptions): Server {
  const { chdb, limits, fatal } = options;
  const lanes = new Lanes(limits);
  const running = new Map<string, Running>();
  const key = digest(`${options.user}:${options.secret}`);

  // Parameters travel in the URL, hence large headers. Idle connections live longer here than in any client's pool.
  const server = createServer(
    { maxHeaderSize: 1024 ** 2, keepAliveTimeout: 120_000, requestTimeout: 0 },
    (request, response) => {
      void answer(request, response);
    },
  );
  return server;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = new Reply(response);
    try {
      const url = new URL(request.url ?? "/", "http://engine");
      if (
        url.pathname === "/ping" ||
        (url.pathname === "/" && request.method === "GET" && !url.searchParams.has("query"))
      ) {
        reply.text(200, "Ok.\n");
        return;
      }
      if (url.pathname !== "/") throw new Refusal(404, 0, "NOT_FOUND", `There is no ${url.pathname} here`);
      const asked = readRequest(request, url);
      if (!timingSafeEqual(key, digest(`${asked.user ?? ""}:${asked.password ?? ""}`)))
        throw new Refusal(403, 516, "AUTHENTICATION_FAILED", "The user or the secret is wrong");
      const body = request.method === "POST" ? await readBody(request, limits.bodyBytes) : Buffer.alloc(0);
      await execute(asked, body, reply);
    } catch (error) {
      await reply.fail(refusal(error));
    }
  }

  async function execute(asked: EngineRequest, body: Buffer, reply: Reply): Promise<void> {
    const id = asked.queryId ?? randomUUID();
    reply.begin(id, asked.gzip);
    if (running.has(id))
      throw new Refusal(500, 216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", `Query with id = ${id} is already running.`);
    const { sql, statement, data } = await readStatement(asked.query, body);
    if (asked.method !== "POST" && statement.lane !== "read" && statement.verb !== "SELECT")
      throw new Refusal(500, 164, "READONLY", "Only reads are accepted by GET; use POST");
    const missing = parameterNames(sql.slice(0, statement.end)).find((name) => !Object.hasOwn(asked.params, name));
    if (missing !== undefined)
      throw new Refusal(400, 456, "UNKNOWN_QUERY_PARAMETER", `Query parameter \`${missing}\` was not set`);
    const { database, settings, params } = asked;

    const entry: Running = { cancel: new AbortController() };
    const settled = new AbortController();
    const context: RunContext = { id, database, settings, params };
    const gone = () => entry.cancel.abort(new Refusal(499, 394, "QUERY_WAS_CANCELLED", "The client went away"));
    reply.response.once("close", gone);
    running.set(id, entry);
    try {
      await lanes.run(statement.lane, entry.cancel.signal, async () => {
        const kill = () => {
          chdb
            .kill(id, settled.signal)
            .catch((error: unknown) => fatal(`A query could not be killed: ${String(error)}`));
        };
        entry.cancel.signal.addEventListener("abort", kill, { once: true });
        await perform(sql, statement, data, asked, context, reply);
      });
    } finally {
      settled.abort();
      reply.response.off("close", gone);
      running.delete(id);
    }
  }

  async function perform(
    sql: string,
    statement: Statement,
    data: Buffer,
    asked: EngineRequest,
    context: RunContext,
    reply: Reply,
  ): Promise<void> {
    const started = performance.now();
    const elapsed = () => String(Math.round((performance.now() - started) * 1e6));
    if (statement.insert !== undefined) {
      const done = isBlank(data) ? { rows: 0, bytes: 0 } : await chdb.insert(statement.insert, data, context);
      reply.summary({ written_rows: String(done.rows), written_bytes: String(done.bytes), elapsed_ns: elapsed() });
      reply.text(200, "");
      return;
    }
    const text = sql.slice(0, statement.end);
    if (statement.kill !== undefined && Object.keys(context.params).length === 0) {
      killKnown(statement.kill);
      reply.summary({ elapsed_ns: elapsed() });
      reply.text(200, "");
      return;
    }
    if (statement.lane !== "read" && !(statement.lane === "control" && statement.verb !== "KILL")) {
      const bytes = await chdb.run(text, context);
      reply.summary({ elapsed_ns: elapsed() });
      reply.text(200, Buffer.from(bytes));
      return;
    }
    const format = statement.format ?? asked.defaultFormat ?? "TabSeparated";
    checkFormat(format);
    const at = statement.formatAt ?? text.length;
    const tail = statement.formatAt === undefined ? `FORMAT ${format}` : text.slice(at);
    reply.format(format);
    if (asked.waitForEnd) reply.hold(MAX_HELD_RESULT);
    await chdb.stream(text.slice(0, at), tail, context, (chunk) => reply.write(chunk));
    await reply.end(() => ({ elapsed_ns: elapsed() }));
  }

  function killKnown(id: string): void {
    running.get(id)?.cancel.abort(new Refusal(500, 394, "QUERY_WAS_CANCELLED", "Query was cancelled"));
  }

  function refusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof RefusedStatement) return new Refusal(403, 497, "ACCESS_DENIED", error.message);
    if (error instanceof UnreadableStatement) return new Refusal(400, 62, "SYNTAX_ERROR", error.message);
    if (error instanceof LanesFull) return new Refusal(503, 202, "TOO_MANY_SIMULTANEOUS_QUERIES", error.message);
    if (error instanceof BodyTooLarge) return new Refusal(413, 307, "TOO_MANY_BYTES", error.message);
    const message = error instanceof Error ? error.message : String(error);
    const failure = parseFailure(message);
    if (failure === undefined) return new Refusal(500, 1002, "UNKNOWN_EXCEPTION", message);
    // The engine closes itself down after an internal failure and refuses everything from then on.
    if (failure.code === 236 || /shutting down due to a fatal error/i.test(message)) fatal(message);
    return new Refusal(STATUS[failure.code] ?? 500, failure.code, failure.codeName, failure.text);
  }
}

/** HTTP status by ClickHouse's error code, as its own HTTP handler has it; 500 for the rest. */
const STATUS: Record<number, number> = {
  62: 400,
  36: 400,
  27: 400,
  26: 400,
  47: 404,
  60: 404,
  81: 404,
  46: 404,
  497: 403,
  241: 500,
  159: 408,
  394: 500,
  202: 503,
};

class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly codeName: string;

  constructor(status: number, code: number, codeName: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.codeName = codeName;
  }

  text(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.codeName}) (version embedded)\n`;
  }
}

type ReadStatement = { sql: string; statement: Statement; data: Buffer };

/** The statement is in the URL, in the body, or begins in the URL and goes on in the body; an INSERT's rows are what follows. */
async function readStatement(query: string, body: Buffer): Promise<ReadStatement> {
  if (query !== "") {
    const statement = inspect(query);
    if (statement.insert !== undefined) {
      const inline = Buffer.from(query.slice(statement.insert.dataAt));
      return { sql: query, statement, data: isBlank(inline) ? body : Buffer.concat([inline, Buffer.from("\n"), body]) };
    }
    if (isBlank(body)) return { sql: query, statement, data: Buffer.alloc(0) };
    return readStatement("", Buffer.concat([Buffer.from(`${query}\n`), body]));
  }
  // Only the beginning can be a statement; the rows behind it are not turned into a string.
  const sql = body.toString("utf8", 0, MAX_STATEMENT);
  const statement = inspect(sql);
  if (statement.insert !== undefined) {
    const head = Buffer.byteLength(sql.slice(0, statement.insert.dataAt));
    return { sql: sql.slice(0, statement.insert.dataAt), statement, data: body.subarray(head) };
  }
  if (body.length > MAX_STATEMENT)
    throw new Refusal(400, 62, "SYNTAX_ERROR", `Max query size exceeded: a statement may have ${MAX_STATEMENT} bytes`);
  return { sql, statement, data: Buffer.alloc(0) };
}

function isBlank(data: Buffer): boolean {
  return data.length < 1024 && data.toString("latin1").trim() === "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

type Summary = Record<string, string>;

/** One answer: its headers, its bytes with back-pressure, and its end, good or bad, before or after the first byte. */
class Reply {
  readonly response: ServerResponse;
  readonly #tag = randomBytes(12).toString("base64url").slice(0, 16);
  #out: Writable;
  #gzip = false;
  #held: Buffer[] | undefined;
  #holdLimit = 0;
  #bytes = 0;
  #overflow = false;
  #last: Buffer = Buffer.alloc(0);

  constructor(response: ServerResponse) {
    this.response = response;
    this.#out = response;
    // A client that goes away is noticed by 'close'; writing to it is harmless.
    response.on("error", () => {});
  }

  begin(queryId: string, gzip: boolean): void {
    this.#gzip = gzip;
    this.response.setHeader("X-ClickHouse-Query-Id", queryId.replace(/[^\x20-\x7e]/g, "?"));
    this.response.setHeader("X-ClickHouse-Server-Display-Name", "nephoscope");
    this.response.setHeader("X-ClickHouse-Timezone", "UTC");
    this.response.setHeader("X-ClickHouse-Exception-Tag", this.#tag);
  }

  format(name: string): void {
    this.response.setHeader("X-ClickHouse-Format", name);
    const json = /^(?:JSON|NDJSON|Pretty(?:JSON|NDJSON))/.test(name);
    const binary = /^(?:RowBinary|Native|Parquet|Arrow|RawBLOB)/.test(name);
    this.response.setHeader(
      "Content-Type",
      json ? "application/json; charset=UTF-8" : binary ? "application/octet-stream" : "text/plain; charset=UTF-8",
    );
  }

  summary(summary: Summary): void {
    if (!this.response.headersSent)
      this.response.setHeader("X-ClickHouse-Summary", JSON.stringify({ ...EMPTY_SUMMARY, ...summary }));
  }

  text(status: number, text: string | Buffer): void {
    if (!this.response.hasHeader("content-type")) this.response.setHeader("Content-Type", "text/plain; charset=UTF-8");
    this.response.statusCode = status;
    this.response.end(text);
  }

  hold(limit: number): void {
    this.#held = [];
    this.#holdLimit = limit;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    this.#last = chunk.length >= TAIL ? chunk : Buffer.concat([this.#last, chunk]).subarray(-TAIL);
    if (this.#held !== undefined) {
      if (this.#bytes <= this.#holdLimit) this.#held.push(chunk);
      else this.#overflow = true;
      return;
    }
    await this.#send(chunk);
  }

  async #send(chunk: Buffer): Promise<void> {
    if (!this.response.headersSent) this.#open();
    if (this.response.destroyed) return;
    if (!this.#out.write(chunk)) {
      const closed = new AbortController();
      const stop = () => closed.abort();
      this.response.once("close", stop);
      // Either the client takes what it was sent, or it is gone and the rest is thrown away.
      await once(this.#out, "drain", { signal: closed.signal }).catch(() => {});
      this.response.off("close", stop);
    }
  }

  #open(): void {
    if (this.#gzip) {
      this.response.setHeader("Content-Encoding", "gzip");
      const gzip = createGzip({ level: 1 });
      gzip.pipe(this.response);
      this.#out = gzip;
    }
    this.response.writeHead(200);
  }

  async end(summary: () => Summary): Promise<void> {
    const held = this.#held;
    if (this.#overflow)
      throw new Refusal(
        500,
        396,
        "TOO_MANY_ROWS_OR_BYTES",
        `The result has more than ${this.#holdLimit} bytes; read it as a stream`,
      );
    this.summary({ ...summary(), ...statistics(this.#last.toString("latin1")), result_bytes: String(this.#bytes) });
    if (held !== undefined) for (const chunk of held) await this.#send(chunk);
    if (!this.response.headersSent) this.#open();
    this.#out.end();
  }

  /** Before the first byte an error is the whole answer; behind it, the marked block that ClickHouse's clients look for. */
  async fail(refusal: Refusal): Promise<void> {
    if (this.response.destroyed) return;
    const text = refusal.text();
    if (this.response.headersSent) {
      const length = Buffer.byteLength(text);
      this.#out.end(`\r\n__exception__\r\n${this.#tag}\r\n${text}${length} ${this.#tag}\r\n__exception__\r\n`);
      return;
    }
    this.response.setHeader("X-ClickHouse-Exception-Code", String(refusal.code));
    // What is left of the request's body is not read; the connection cannot be used again.
    if (refusal.status === 413) this.response.setHeader("Connection", "close");
    this.response.setHeader("Content-Type", "text/plain; charset=UTF-8");
    this.text(refusal.status, text);
  }
}

/** Enough of a result's end to hold the totals that some formats close with. */
const TAIL = 512;

const EMPTY_SUMMARY: Summary = {
  read_rows: "0",
  read_bytes: "0",
  written_rows: "0",
  written_bytes: "0",
  elapsed_ns: "0",
};

/** Rows and bytes read, where the format itself tells them at its end; chdb tells them nowhere else. */
function statistics(tail: string): Summary {
  const progress = /\{"progress":\{"read_rows":"(\d+)","read_bytes":"(\d+)"[^}]*\}\}\s*$/.exec(tail);
  const closing = /"rows_read": (\d+),\s*"bytes_read": (\d+)\s*\}\s*\}\s*$/.exec(tail);
  const [, rows, bytes] = progress ?? closing ?? [];
  return rows === undefined || bytes === undefined ? {} : { read_rows: rows, read_bytes: bytes };
}
