import { setTimeout as sleep } from "node:timers/promises";
import type { SigningCredential } from "@nephoscope/wire";
import { CommandError } from "../command.ts";
import { AnsweredError, type SignedCalls, type SignedCallsOptions, signedCalls } from "../connection/signed-calls.ts";

const LOGS = { service: "logs", target: "Logs_20140328" };

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

export interface LogsClientOptions extends SignedCallsOptions {
  readonly credential: SigningCredential;
}

/** Signed calls to CloudWatch Logs. Calls may run at the same time. */
export class LogsClient {
  readonly #calls: SignedCalls;
  readonly #options: LogsClientOptions;
  /** Calls that were throttled and tried again. */
  retries = 0;

  constructor(options: LogsClientOptions) {
    this.#options = options;
    this.#calls = signedCalls(options);
  }

  /**
   * Makes a call and answers its output. Throttling is waited out. A broken connection is not tried again: a put may
   * have been stored already, and would be stored twice.
   * @throws AnsweredError for the service's answer, CommandError when there is none
   */
  async call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    const { credential, signal } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#calls.json(credential, LOGS, operation, input);
      } catch (error) {
        if (signal.aborted) throw stopped();
        if (!(error instanceof AnsweredError) || !THROTTLED.has(error.code) || attempt >= MAX_RETRIES) throw error;
        this.retries++;
        await sleep(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS), undefined, { signal }).catch(() => {
          throw stopped();
        });
      }
    }
  }
}

const stopped = () => new CommandError("stopped before the end; what was acknowledged is stored.");
