import { type LookupAddress, lookup } from "node:dns";
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { TargetRules } from "./target-rules.ts";

/** Requests to the outside, whose addresses users choose. */
export interface Outgoing {
  /**
   * Why this URL is refused before any connection is made (its form, a literal address that is not public, this server itself), or
   * undefined. Names are looked up at each connection only.
   */
  refusal(url: string): string | undefined;
  /**
   * One request. Redirects are not followed: the answer is what the target itself says. Rejects with `TargetRefused` when the target
   * may not be reached, and with `TargetFailed` when it can't be or does not answer in time.
   */
  send(request: OutgoingRequest): Promise<OutgoingAnswer>;
  close(): void;
}

export interface OutgoingRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** What is kept of the answer's body; the connection is cut when more comes. */
  readonly maxAnswerBytes: number;
  readonly signal: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class TargetRefused extends Error {
  override readonly name = "TargetRefused";
}

export class TargetFailed extends Error {
  override readonly name = "TargetFailed";
}

export interface OutgoingOptions {
  readonly rules: TargetRules;
  /** Where the world finds this server: never a target. */
  readonly publicUrl: () => string;
  /** Looks names up; the system's resolver when absent. */
  readonly lookup?: typeof lookup;
}

const MAX_SOCKETS = 256;
/** An idle connection is of use only while a target gets one message after another. */
const KEEP_ALIVE_MS = 4_000;

/** Every connection is checked against the address it really goes to, so a name that changes its address gains nothing. */
export function createOutgoing({ rules, publicUrl, lookup: resolve = lookup }: OutgoingOptions): Outgoing {
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: KEEP_ALIVE_MS };
  const agents = { "http:": new HttpAgent(agentOptions), "https:": new HttpsAgent(agentOptions) };

  /** The system's resolver, without the addresses that may not be reached. */
  const checkedLookup =
    (port: number): LookupFunction =>
    (host, options, callback) => {
      resolve(host, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, "", 0);
        const refusals = found.map(({ address }) => rules.refusal(address, port));
        const good = found.filter((_, at) => refusals[at] === undefined);
        const [first] = good;
        if (first === undefined) {
          return callback(new TargetRefused(`${host}: ${refusals[0] ?? "the name has no address"}`), "", 0);
        }
        if (options.all === true) (callback as unknown as (e: null, a: LookupAddress[]) => void)(null, good);
        else callback(null, first.address, first.family);
      });
    };

  const refusal = (text: string): string | undefined => {
    if (!URL.canParse(text)) return "it is no URL";
    const url = new URL(text);
    if (url.protocol !== "http:" && url.protocol !== "https:") return "it must begin with http:// or https://";
    if (url.username !== "" && url.protocol === "http:") return "a password must not go over http://";
    if (url.host === new URL(publicUrl()).host) return "it is this server's own address";
    const host = hostOf(url);
    return isIP(host) === 0 ? undefined : rules.refusal(host, portOf(url));
  };

  return {
    refusal,
    async send({ method, url: text, headers, body, timeoutMs, maxAnswerBytes, signal }) {
      const refused = refusal(text);
      if (refused !== undefined) throw new TargetRefused(`${withoutSecrets(text)}: ${refused}`);
      const url = new URL(text);
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const late = AbortSignal.timeout(timeoutMs);
      return new Promise<OutgoingAnswer>((answered, failed) => {
        const fail = (error: unknown) => {
          if (error instanceof TargetRefused) return failed(error);
          if (signal.aborted) return failed(signal.reason);
          const reason = late.aborted
            ? `no answer within ${timeoutMs} ms`
            : error instanceof Error
              ? error.message || error.name
              : String(error);
          failed(new TargetFailed(`${withoutSecrets(text)}: ${reason}`, { cause: error }));
        };
        const request = send(
          url,
          {
            method,
            headers: { ...headers, ...(body !== undefined && { "content-length": String(body.length) }) },
            lookup: checkedLookup(portOf(url)),
            agent: url.protocol === "https:" ? agents["https:"] : agents["http:"],
            signal: AbortSignal.any([signal, late]),
          },
          (response) => {
            const chunks: Buffer[] = [];
            let size = 0;
            const done = () =>
              answered({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).subarray(0, maxAnswerBytes),
              });
            response.on("data", (chunk: Buffer) => {
              chunks.push(chunk);
              size += chunk.length;
              if (size <= maxAnswerBytes) return;
              done();
              response.destroy();
            });
            response.on("end", done);
            response.on("error", fail);
          },
        );
        request.on("error", fail);
        request.end(body);
      });
    },
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");
const portOf = (url: URL): number => (url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port));

/** A webhook's address may hold a password, and often a token in its query. */
function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return "the URL";
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
