import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { signRequest } from "@nephoscope/wire";

export interface Credential {
  readonly accessKeyId: string;
  readonly secret: string;
}

/** An answer that tells of a fault of the caller: sending the call again would not help. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  readonly type: string;

  constructor(operation: string, type: string, message: string) {
    super(`${operation}: ${type}: ${message}`);
    this.type = type;
  }
}

/** No attempt was answered well: whether the call was carried out is unknown. */
export class CallUnanswered extends Error {
  override readonly name = "CallUnanswered";
}

export interface CallOptions {
  /** Attempts in all, the first included. Default 3, as AWS's clients have it. */
  readonly attempts?: number;
  /** How long an attempt waits for its answer before it hangs up and the next one begins. Default 20 s. */
  readonly patienceMs?: number;
  /** Id of the call; the same for every attempt. Made up when left out. */
  readonly invocationId?: string;
  /** Number that the first attempt says it has. Default 1. */
  readonly firstAttempt?: number;
}

/**
 * CloudWatch Logs over plain HTTP, retried as AWS's clients do it: every attempt of a call has the same body and the
 * same `amz-sdk-invocation-id`, and `amz-sdk-request` counts the attempts. Unlike a client of AWS's, it says exactly when it sends what.
 */
export interface SignedClient {
  call<Answer>(operation: string, input: object, options?: CallOptions): Promise<Answer>;
  close(): void;
}

/** Longest pause between two attempts; AWS's clients wait up to 20 s, which no test wants. */
const LONGEST_PAUSE_MS = 400;

export function signedClient(endpoint: string, credential: Credential, now: () => number = Date.now): SignedClient {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });

  const attempt = (operation: string, body: string, headers: Record<string, string>, patienceMs: number) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const signed = signRequest(
        {
          method: "POST",
          path: "/",
          headers: {
            host,
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": `Logs_20140328.${operation}`,
            ...headers,
          },
          body,
        },
        credential,
        { region: "us-east-1", service: "logs" },
        new Date(now()),
      );
      const sent = request(
        { hostname, port, agent, method: "POST", path: "/", headers: signed, signal: AbortSignal.timeout(patienceMs) },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => {
            text += part;
          });
          response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
          response.once("error", reject);
          response.once("close", () => reject(new Error("the answer broke off")));
        },
      );
      sent.once("error", reject);
      sent.end(body);
    });

  return {
    async call<Answer>(operation: string, input: object, options: CallOptions = {}) {
      const { attempts = 3, patienceMs = 20_000, invocationId = randomUUID(), firstAttempt = 1 } = options;
      const body = JSON.stringify(input);
      let last = "";
      for (let number = firstAttempt; number < firstAttempt + attempts; number++) {
        if (number > firstAttempt) await pause(Math.min(LONGEST_PAUSE_MS, 25 * 2 ** (number - firstAttempt)));
        const headers = {
          "amz-sdk-invocation-id": invocationId,
          "amz-sdk-request": `attempt=${number}; max=${attempts}`,
        };
        try {
          const { status, text } = await attempt(operation, body, headers, patienceMs);
          if (status === 200) return JSON.parse(text) as Answer;
          const { __type: type = "", message = "" } = JSON.parse(text) as { __type?: string; message?: string };
          if (status < 500 && !/Throttling|TooManyRequests/.test(type)) throw new CallRefused(operation, type, message);
          last = `${status} ${type}: ${message}`;
        } catch (error) {
          if (error instanceof CallRefused) throw error;
          last = String(error);
        }
      }
      throw new CallUnanswered(`${operation} was not answered in ${attempts} attempts; the last ended with: ${last}`);
    },
    close: () => agent.destroy(),
  };
}
