import { setTimeout as sleep } from "node:timers/promises";
import { type SigningCredential, signRequest } from "@nephoscope/wire";
import { CommandError } from "../command.ts";

/** How often a throttled call is tried again. With the waits below this bridges about half a minute. */
const MAX_RETRIES = 8;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 8_000;
const THROTTLED = new Set([
  "ThrottlingException",
  "Throttling",
  "ServiceUnavailableException",
  "TooManyRequestsException",
]);

/** An error that the service answered, by its AWS name. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface LogsClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credential: SigningCredential;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Signed calls to CloudWatch Logs. Calls may run at the same time. */
export class LogsClient {
  readonly #options: LogsClientOptions;
  /** Calls that were throttled and tried again. */
  retries = 0;

  constructor(options: LogsClientOptions) {
    this.#options = options;
  }

  /**
   * Makes a call and answers its output. Throttling is waited out. A broken connection is not tried again: a put may
   * have been stored already, and would be stored twice.
   * @throws ServiceError for the service's answer, CommandError when the server cannot be reached
   */
  async call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const body = JSON.stringify(input);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#send(operation, body);
      } catch (error) {
        if (!(error instanceof ServiceError) || !THROTTLED.has(error.code) || attempt >= MAX_RETRIES) throw error;
        this.retries++;
        await sleep(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS), undefined, {
          signal: this.#options.signal,
        });
      }
    }
  }

  async #send(operation: string, body: string): Promise<Record<string, unknown>> {
    const { endpoint, region, credential, now, signal } = this.#options;
    const url = new URL(endpoint);
    const headers = signRequest(
      {
        method: "POST",
        path: url.pathname,
        headers: {
          host: url.host,
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `Logs_20140328.${operation}`,
        },
        body,
      },
      credential,
      { region, service: "logs" },
      new Date(now()),
    );
    let response: Response;
    let answer: string;
    try {
      response = await fetch(url, { method: "POST", headers, body, signal });
      answer = await response.text();
    } catch (error) {
      if (signal.aborted) throw stopped();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CommandError(
        `no answer from ${endpoint}: ${cause}. Is the server running? Start it with: nephoscope serve`,
      );
    }
    const output = readObject(answer);
    if (response.ok && output !== undefined) return output;
    const code = String(output?.__type ?? `HTTP ${response.status}`).replace(/^.*#/, "");
    throw new ServiceError(code, String(output?.message ?? output?.Message ?? answer.slice(0, 200)));
  }
}

function stopped(): CommandError {
  return new CommandError("stopped before the end; what was acknowledged is stored.");
}

function readObject(text: string): Record<string, unknown> | undefined {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
