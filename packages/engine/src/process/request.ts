import type { IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";
import { checkSetting, RefusedStatement } from "../sql/guard.ts";

/** One request of ClickHouse's HTTP interface, taken apart. */
export type EngineRequest = {
  readonly method: string;
  readonly query: string;
  readonly queryId: string | undefined;
  readonly database: string | undefined;
  readonly defaultFormat: string | undefined;
  /** Hold the result back until the query is over, so that headers can tell about all of it. */
  readonly waitForEnd: boolean;
  readonly gzip: boolean;
  readonly settings: Record<string, string>;
  readonly params: Record<string, string>;
  readonly user: string | undefined;
  readonly password: string | undefined;
};

/** URL parameters that belong to the HTTP interface itself. Those of progress headers and compression levels have no effect here. */
const OWN =
  /^(?:query|query_id|database|default_format|wait_end_of_query|enable_http_compression|user|password|quota_key|session_.*|role|buffer_size|compress|decompress|send_progress_in_http_headers|cancel_http_readonly_queries_on_client_close|http_.*|log_comment)$/;
const PARAM = /^param_([A-Za-z_][A-Za-z0-9_]*)$/;

/** @throws RefusedStatement for a setting or parameter name that is not accepted */
export function readRequest(request: IncomingMessage, url: URL): EngineRequest {
  const settings: Record<string, string> = {};
  const params: Record<string, string> = {};
  const search = url.searchParams;
  for (const name of ["session_id", "compress", "decompress", "role"])
    if (search.has(name))
      throw new RefusedStatement(`The URL parameter ${name} is not supported by the embedded engine`);
  for (const [name, value] of search) {
    const param = PARAM.exec(name);
    if (param?.[1] !== undefined) params[param[1]] = value;
    else if (!OWN.test(name)) {
      checkSetting(name);
      settings[name] = value;
    }
  }
  const [user, password] = credentials(request, search);
  return {
    method: request.method ?? "GET",
    query: search.get("query") ?? "",
    queryId: search.get("query_id") ?? undefined,
    database: search.get("database") ?? header(request, "x-clickhouse-database"),
    defaultFormat: search.get("default_format") ?? header(request, "x-clickhouse-format"),
    waitForEnd: isTrue(search.get("wait_end_of_query")),
    gzip: isTrue(search.get("enable_http_compression")) && /\bgzip\b/.test(header(request, "accept-encoding") ?? ""),
    settings,
    params,
    user,
    password,
  };
}

/** The body is larger than `limit`. */
export class BodyTooLarge extends Error {
  override name = "BodyTooLarge";
}

/** The body's bytes, unpacked. @throws BodyTooLarge */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = header(request, "content-encoding");
  if (encoding !== undefined && encoding !== "gzip" && encoding !== "identity")
    throw new RefusedStatement(`The content encoding ${JSON.stringify(encoding)} is not supported; use gzip`);
  const source = encoding === "gzip" ? request.pipe(createGunzip()) : request;
  if (encoding === "gzip") request.once("error", (error) => source.destroy(error));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit)
      throw new BodyTooLarge(`The request body is larger than ${limit} bytes. Send it in several parts.`);
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}

function credentials(request: IncomingMessage, search: URLSearchParams): [string | undefined, string | undefined] {
  const basic = /^Basic (.+)$/i.exec(header(request, "authorization") ?? "");
  if (basic?.[1] !== undefined) {
    const text = Buffer.from(basic[1], "base64").toString();
    const colon = text.indexOf(":");
    return [text.slice(0, colon), text.slice(colon + 1)];
  }
  return [
    header(request, "x-clickhouse-user") ?? search.get("user") ?? undefined,
    header(request, "x-clickhouse-key") ?? search.get("password") ?? undefined,
  ];
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function isTrue(value: string | null): boolean {
  return value === "1" || value === "true";
}
