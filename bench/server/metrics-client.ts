import { Agent, request } from "node:http";
import { signRequest } from "@nephoscope/wire";
import type { HttpCall } from "../load/metric-bodies.ts";
import { ServiceError } from "./logs-client.ts";
import { CREDENTIAL, REGION } from "./server-under-test.ts";

/** Signed calls to CloudWatch over connections that are kept open. */
export class MetricsClient {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(endpoint: string, connections: number) {
    this.#url = new URL(endpoint);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
  }

  /** False when the server asks to try again. @throws ServiceError */
  async put(call: HttpCall): Promise<boolean> {
    const { status, body } = await this.send(call);
    if (status === 200) return true;
    const text = body.toString("latin1");
    if (status === 503 || /Throttling/.test(text)) return false;
    throw new ServiceError(`HTTP ${status}`, text.slice(0, 300));
  }

  /** Calls an operation in JSON. @throws ServiceError */
  async call<Output>(operation: string, input: unknown): Promise<Output> {
    const { status, body } = await this.send({
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
      },
      body: Buffer.from(JSON.stringify(input)),
    });
    if (status !== 200) throw new ServiceError(`HTTP ${status}`, body.toString("utf8").slice(0, 300));
    return JSON.parse(body.toString("utf8"));
  }

  send({ path, headers: given, body }: HttpCall): Promise<{ status: number; body: Buffer }> {
    const headers = signRequest(
      { method: "POST", path, headers: { ...given, host: this.#url.host }, body },
      CREDENTIAL,
      { region: REGION, service: "monitoring" },
      new Date(),
    );
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.#url),
        { method: "POST", agent: this.#agent, headers: { ...headers, "content-length": body.length } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
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
