import { createHash } from "node:crypto";
import { signRequest } from "@nephoscope/wire/sign";
import { AwsError } from "./aws-error.ts";
import type { CredentialProvider } from "./credential.ts";
import { Exchanges, type Route } from "./exchanges.ts";
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
  readonly route?: Route;
  /** Milliseconds until a call that is not answered fails. */
  readonly timeout?: number;
}

/** As the SDKs: a batch of 1 MB over a slow line takes its time. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** AWS refuses signatures that are 5 minutes off; below that a difference of the clocks does not matter. */
const TOLERATED_SKEW_MS = 4 * 60_000;

/**
 * Signed calls to one service, in AWS's JSON protocols. Calls may run at the same time. Nothing is tried again, except once
 * after the answer has shown that this host's clock is wrong: then calls are signed with the server's time.
 */
export class AwsClient {
  readonly endpoint: URL;
  readonly #options: AwsClientOptions;
  readonly #exchanges: Exchanges;
  #skew = 0;

  constructor(options: AwsClientOptions) {
    this.#options = options;
    this.endpoint = new URL(options.endpoint);
    this.#exchanges = new Exchanges(this.endpoint, options.connections, options.route);
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
    this.#exchanges.close();
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
    const length = body.reduce((sum, part) => sum + part.byteLength, 0);
    const { status, text, date } = await this.#exchanges.post(
      path,
      { ...signed, "content-length": String(length) },
      body,
      this.#options.timeout ?? DEFAULT_TIMEOUT_MS,
    );
    const answer = readObject(text);
    if (status >= 200 && status < 300 && answer !== undefined) return answer;
    throw AwsError.ofAnswer(status, answer, text, date);
  }
}

/** JSON; in pieces, so that a large body needs no copy. */
export type Body = string | Uint8Array | readonly Uint8Array[];

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
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
