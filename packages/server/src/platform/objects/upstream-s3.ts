import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { signRequest } from "@nephoscope/wire";

/** A bucket of any S3 endpoint, in which this server keeps files of its own. Keys are made by the server, never by users. */
export interface UpstreamS3 {
  /**
   * Stores so many bytes; resolves when the endpoint has them. It is tried once, since the source can be read but once. The memory of a
   * piece may be used again when the next one is asked for.
   */
  put(key: string, source: AsyncIterable<Uint8Array>, size: number): Promise<void>;
  /** The bytes from `start` to `end`, both inclusive; undefined when there is no such object. */
  get(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable | undefined>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Keys under a prefix with their times, page by page. */
  list(prefix: string): AsyncIterable<readonly { readonly key: string; readonly modified: number }[]>;
  close(): void;
}

export interface UpstreamOptions {
  readonly endpoint: URL;
  readonly bucket: string;
  /** Before every key; ends with a slash unless it is empty. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secret: string;
  /** Longest silence of the endpoint, in milliseconds. */
  readonly idleMs?: number;
  /** Pauses before further tries of what can be tried again. */
  readonly pausesMs?: readonly number[];
}

/** The endpoint can't be reached, or answers that it can't do it. The message says what happened, for people. */
export class UpstreamFailed extends Error {
  override readonly name = "UpstreamFailed";
}

/** As long as the SDKs wait for a silent server. */
const IDLE_MS = 60_000;
const PAUSES_MS = [200, 1_000];
const MAX_SOCKETS = 128;
const ERROR_BYTES = 16 * 1024;
const LIST_BYTES = 4 * 1024 * 1024;

/**
 * `https://KEY:SECRET@host/bucket/prefix?region=eu-central-1`. Throws an error, without the secret, for what is no such
 * address.
 */
export function readUpstreamUrl(text: string): UpstreamOptions {
  const form = "https://KEY:SECRET@host/bucket/prefix?region=REGION";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const [, bucket = "", ...rest] = url?.pathname.split("/") ?? [];
  if (!url || !/^https?:$/.test(url.protocol) || url.username === "" || url.password === "" || bucket === "")
    throw new Error(`The address of the object store must be of the form ${form}.`);
  const prefix = rest.filter((part) => part !== "").join("/");
  return {
    endpoint: new URL(`${url.protocol}//${url.host}`),
    bucket,
    prefix: prefix === "" ? "" : `${prefix}/`,
    region: url.searchParams.get("region") ?? "us-east-1",
    accessKeyId: decodeURIComponent(url.username),
    secret: decodeURIComponent(url.password),
  };
}

export function openUpstreamS3(options: UpstreamOptions): UpstreamS3 {
  const { endpoint, bucket, prefix, region, accessKeyId, secret, idleMs = IDLE_MS, pausesMs = PAUSES_MS } = options;
  const tls = endpoint.protocol === "https:";
  const agent = new (tls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const failed = (what: string, why: unknown) =>
    new UpstreamFailed(`The object store at ${endpoint.host} ${what}: ${why instanceof Error ? why.message : why}`, {
      cause: why,
    });

  /** Sends one request and gives the answer's head. */
  const send = (
    method: string,
    path: string,
    more: Readonly<Record<string, string>> = {},
    body?: { readonly source: AsyncIterable<Uint8Array>; readonly size: number },
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = signRequest(
        {
          method,
          path,
          headers: {
            host: endpoint.host,
            "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
            ...more,
            ...(body && { "content-length": String(body.size) }),
          },
          body: "",
        },
        { accessKeyId, secret },
        { region, service: "s3" },
        new Date(),
      );
      const req = (tls ? httpsRequest : httpRequest)(
        { agent, hostname: endpoint.hostname, port: endpoint.port, method, path, headers, timeout: idleMs },
        (answer) => {
          answer.setTimeout(idleMs, () => answer.destroy(new Error(`silent for ${idleMs} ms`)));
          // An answer before the body's end is a refusal: nothing more is read of the source.
          writing.stop();
          void writing.done.then(() => resolve(answer));
        },
      );
      req.on("timeout", () => req.destroy(new Error(`silent for ${idleMs} ms`)));
      req.on("error", (error) => reject(failed("can't be reached", error)));
      const writing = write(req, body?.source, (error) => {
        req.destroy();
        reject(error);
      });
    });

  const refusal = async (answer: IncomingMessage): Promise<UpstreamFailed> => {
    const text = (await bytesOf(answer, ERROR_BYTES).catch(() => Buffer.alloc(0))).toString("utf8");
    const [, code = ""] = /<Code>([^<]{1,100})<\/Code>/.exec(text) ?? [];
    const [, message = ""] = /<Message>([^<]{1,500})<\/Message>/.exec(text) ?? [];
    return failed("refused", `${answer.statusCode} ${code} ${message}`.trim());
  };

  const pathOf = (key: string, query = "") => {
    const path = `${prefix}${key}`.split("/").map(encodeURIComponent).join("/");
    return `/${bucket}/${path}${query}`;
  };

  /** For what may be asked twice. */
  const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (const pause of pausesMs) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof UpstreamFailed)) throw error;
        await setTimeout(pause);
      }
    }
    return ask();
  };

  return {
    async put(key, source, size) {
      const answer = await send("PUT", pathOf(key), {}, { source, size });
      if (answer.statusCode !== 200) throw await refusal(answer);
      await bytesOf(answer, ERROR_BYTES);
    },
    get: (key, range) =>
      patiently(async () => {
        const headers = range && { range: `bytes=${range.start}-${range.end}` };
        const answer = await send("GET", pathOf(key), headers);
        if (answer.statusCode === 404) {
          answer.resume();
          return undefined;
        }
        if (answer.statusCode !== (range ? 206 : 200)) throw await refusal(answer);
        return Readable.from(
          (async function* () {
            try {
              yield* answer;
            } catch (error) {
              throw failed("broke off", error);
            }
          })(),
          { objectMode: true, highWaterMark: 4 },
        );
      }),
    remove: (key) =>
      patiently(async () => {
        const answer = await send("DELETE", pathOf(key));
        if (answer.statusCode !== 204 && answer.statusCode !== 200 && answer.statusCode !== 404)
          throw await refusal(answer);
        answer.resume();
      }),
    async *list(under) {
      for (let token: string | undefined; ; ) {
        const query = new URLSearchParams({ "list-type": "2", prefix: `${prefix}${under}` });
        if (token !== undefined) query.set("continuation-token", token);
        query.sort();
        const text = await patiently(async () => {
          const answer = await send("GET", `/${bucket}?${String(query).replaceAll("+", "%20")}`);
          if (answer.statusCode !== 200) throw await refusal(answer);
          return (await bytesOf(answer, LIST_BYTES)).toString("utf8");
        });
        // Keys are our own: letters, digits, slashes and dots, which no XML escapes.
        yield [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, item = ""]) => {
          const [, key = ""] = /<Key>([^<&]*)<\/Key>/.exec(item) ?? [];
          const [, time = ""] = /<LastModified>([^<]*)<\/LastModified>/.exec(item) ?? [];
          return key.startsWith(prefix) ? [{ key: key.slice(prefix.length), modified: Date.parse(time) }] : [];
        });
        token = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(text)?.[1];
        if (token === undefined) return;
      }
    },
    close: () => agent.destroy(),
  };
}

/**
 * Writes a request's body and ends it. `failed` hears of a source that fails. What comes is copied, since its memory is used again
 * before the connection has sent it.
 */
function write(
  req: ClientRequest,
  source: AsyncIterable<Uint8Array> | undefined,
  failed: (error: unknown) => void,
): { readonly done: Promise<void>; stop(): void } {
  let stopped = false;
  let wake: (() => void) | undefined;
  const stop = () => {
    stopped = true;
    wake?.();
  };
  req
    .on("drain", () => wake?.())
    .on("error", stop)
    .on("close", stop);
  const work = async () => {
    for await (const piece of source ?? []) {
      if (stopped) return;
      if (req.write(Buffer.from(piece))) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (stopped) resolve();
      });
    }
    if (!stopped) req.end();
  };
  return { done: work().catch(failed), stop };
}

async function bytesOf(answer: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > most) throw new UpstreamFailed("The object store's answer is longer than it may be.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
