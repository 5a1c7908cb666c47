import { Agent, request } from "node:http";
import { signRequest } from "@nephoscope/wire";
import { CREDENTIAL, REGION } from "./server-under-test.ts";

/** An error that the server answered, by its AWS name. */
export class ServiceError extends Error {
  override name = "ServiceError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Signed calls to CloudWatch Logs over connections that are kept open. */
export class LogsClient {
  readonly #url: URL;
  readonly #agent: Agent;

  /** @param connections at most so many calls at once; further ones wait */
  constructor(endpoint: string, connections: number) {
    this.#url = new URL(endpoint);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
  }

  /** @throws ServiceError for an answer other than success */
  async call<Output>(operation: string, input: unknown): Promise<Output> {
    return JSON.parse((await this.send(operation, Buffer.from(JSON.stringify(input)))).toString() || "{}");
  }

  /** Sends a body that is JSON already. */
  send(operation: string, body: Buffer): Promise<Buffer> {
    const headers = signRequest(
      {
        method: "POST",
        path: "/",
        headers: {
          host: this.#url.host,
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `Logs_20140328.${operation}`,
        },
        body,
      },
      CREDENTIAL,
      { region: REGION, service: "logs" },
      new Date(),
    );
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.#url,
        { method: "POST", agent: this.#agent, headers: { ...headers, "content-length": body.length } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => {
            const bytes = Buffer.concat(chunks);
            if (answer.statusCode === 200) resolve(bytes);
            else reject(failure(answer.statusCode ?? 0, bytes.toString()));
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function failure(status: number, text: string): ServiceError {
  try {
    const { __type, message }: { __type?: string; message?: string } = JSON.parse(text);
    return new ServiceError((__type ?? `HTTP ${status}`).replace(/^.*#/, ""), message ?? "");
  } catch (error) {
    if (error instanceof SyntaxError) return new ServiceError(`HTTP ${status}`, text.slice(0, 200));
    throw error;
  }
}
