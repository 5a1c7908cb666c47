import { createHash } from "node:crypto";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { signRequest } from "@nephoscope/wire/sign";
import { AwsError } from "./aws-error.ts";
import type { CredentialProvider } from "./credential.ts";
import { type AwsService, SERVICES } from "./services.ts";

export interface AwsClientOptions {
  readonly service: AwsService;
  /** `http://127.0.0.1:4580` */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: CredentialProvider;
  readonly now: () => number;
  /** Connections at most; calls beyond wait. */
  readonly connections: number;
  /** PEM of authorities that are trusted besides the system's. */
  readonly ca?: string | undefined;
  /** Milliseconds until a call that is not answered fails. */
  readonly timeout?: number;
}

/** As the SDKs: a batch of 1 MB over a slow line takes its time. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** Answers are small; a longer one is no answer of these services. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** AWS refuses signatures that are 5 minutes off; below that a difference of the clocks does not matter. */
const TOLERATED_SKEW_MS = 4 * 60_000;

/**
 * Signed calls to one service, in AWS's JSON protocols. Calls may run at the same time. Nothing is tried again, except once
 * after the answer has shown that this host's clock is wrong: then calls are signed with the server's time.
 */
export class AwsClient {
  readonly endpoint: URL;
  readonly #options: AwsClientOptions;
  readonly #connections: HttpAgent;
  #skew = 0;

  constructor(options: AwsClientOptions) {
    this.#options = options;
    this.endpoint = new URL(options.endpoint);
    const pool = { keepAlive: true, maxSockets: options.connections, keepAliveMsecs: 30_000 };
    this.#connections =
      this.endpoint.protocol === "https:"
        ? new HttpsAgent({ ...pool, ...(options.ca && { ca: options.ca }) })
        : new HttpAgent(pool);
  }

  /**
   * @param body JSON
   * @throws AwsError for the service's answer and for a missing one
   */
  async call(
    operation: string,
    body: Body,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const parts = typeof body === "string" ? [Buffer.from(body)] : body instanceof Uint8Array ? [body] : body;
    try {
      return await this.#send(operation, parts, headers);
    } catch (error) {
      if (!(error instanceof AwsError) || error.serverTime === undefined || error.status < 400) throw error;
      const skew = error.serverTime - this.#options.now();
      if (!error.aboutSignature || Math.abs(skew - this.#skew) < TOLERATED_SKEW_MS) throw error;
      this.#skew = skew;
      return await this.#send(operation, parts, headers);
    }
  }

  /** Ends idle connections; calls that run fail. */
  close(): void {
    this.#connections.destroy();
  }

  async #send(
    operation: string,
    body: readonly Uint8Array[],
    extra: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { service, region, credentials, now } = this.#options;
    const { signingName, target, contentType } = SERVICES[service];
    const credential = await credentials();
    const path = this.endpoint.pathname;
    const signed = signRequest(
      {
        method: "POST",
        path,
        headers: {
          host: this.endpoint.host,
          "content-type": contentType,
          "x-amz-target": `${target}.${operation}`,
          "x-amz-content-sha256": digestOf(body),
          ...extra,
        },
        body: "",
      },
      credential,
      { region, service: signingName },
      new Date(now() + this.#skew),
    );
    const { status, text, date } = await this.#exchange(
      path,
      { ...signed, "content-length": String(body.reduce((sum, part) => sum + part.byteLength, 0)) },
      body,
    );
    const answer = readObject(text);
    if (status >= 200 && status < 300 && answer !== undefined) return answer;
    throw AwsError.ofAnswer(status, answer, text, date);
  }

  #exchange(path: string, headers: Record<string, string>, body: readonly Uint8Array[]): Promise<Answer> {
    const { protocol, hostname, port } = this.endpoint;
    const send = protocol === "https:" ? httpsRequest : httpRequest;
    const timeout = this.#options.timeout ?? DEFAULT_TIMEOUT_MS;
    return new Promise((resolve, reject) => {
      const request = send(
        { method: "POST", hostname: hostname.replace(/^\[|\]$/g, ""), port, path, headers, agent: this.#connections },
        (response) => readAnswer(response).then(resolve, fail),
      );
      // One timer for the whole exchange: a server that sends a byte now and then must not hold a batch for ever.
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout);
      const fail = (error: unknown) => reject(AwsError.ofNetwork(this.endpoint.origin, error));
      request.on("error", fail);
      request.on("close", () => clearTimeout(timer));
      for (const part of body) request.write(part);
      request.end();
    });
  }
}

/** JSON; in pieces, so that a large body needs no copy. */
export type Body = string | Uint8Array | readonly Uint8Array[];

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Epoch milliseconds of the server's clock. */
  readonly date: number | undefined;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(bytes);
  }
  const date = Date.parse(response.headers.date ?? "");
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString(),
    date: Number.isNaN(date) ? undefined : date,
  };
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
