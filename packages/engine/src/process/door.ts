import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseFailure } from "../errors.ts";
import type { EngineLimits } from "../limits.ts";
import { checkFormat, inspect, parameterNames, RefusedStatement, type Statement } from "../sql/guard.ts";
import { UnreadableStatement } from "../sql/tokens.ts";
import type { Chdb, RunContext } from "./chdb.ts";
import { Lanes, LanesFull } from "./lanes.ts";
import { Refusal, Reply } from "./reply.ts";
import { BodyTooLarge, type EngineRequest, readBody, readRequest } from "./request.ts";
import { type Room, requireRoom } from "./room.ts";

export type DoorOptions = {
  readonly chdb: Chdb;
  readonly limits: EngineLimits;
  /** What is left on the disk of the data. */
  readonly room: () => Room;
  readonly user: string;
  readonly secret: string;
  /** Told about a failure after which the engine cannot be trusted; the process has to go. */
  readonly fatal: (reason: string) => void;
};

/** A statement at work or waiting; aborting `cancel` ends it wherever it is. */
type Running = { readonly cancel: AbortController };

/** Longest text of a statement without its data: ClickHouse's own bound is 256 KiB. */
const MAX_STATEMENT = 1024 ** 2;

/** So many times the largest body is what all waiting requests may hold in memory together. */
const BODIES = 4;

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
  let bodies = 0;
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
      if (bodies + body.length > limits.bodyBytes * BODIES)
        throw new LanesFull("The rows that wait to be written fill the memory set aside for them. Try again later.");
      bodies += body.length;
      try {
        await execute(asked, body, reply);
      } finally {
        bodies -= body.length;
      }
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
        entry.cancel.signal.throwIfAborted();
        const kill = () => {
          reply.discard();
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
      requireRoom(statement, text, options.room(), limits.roomBytes);
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
    // Text that is no UTF-8 would be counted wrongly, and the rows would begin at the wrong byte.
    if (sql.slice(0, statement.insert.dataAt).includes("\ufffd")) throw new UnreadableStatement("Not UTF-8", 0);
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
