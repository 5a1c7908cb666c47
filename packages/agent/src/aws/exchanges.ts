import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { AwsError } from "./aws-error.ts";

/** How calls reach a server. */
export interface Route {
  /** PEM of authorities that are trusted besides the system's. */
  readonly ca?: string | undefined;
  readonly proxy?: Proxies | undefined;
}

/** Under the names of the environment: a URL each, and the hosts that are reached directly, with commas between them. */
export interface Proxies {
  readonly HTTP_PROXY?: string | undefined;
  readonly HTTPS_PROXY?: string | undefined;
  readonly NO_PROXY?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Epoch milliseconds of the server's clock. */
  readonly date: number | undefined;
}

/** Answers are small; a longer one is no answer of these services. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const IDLE_MS = 30_000;

/** Requests to one server, over connections that are kept. A tunnel is made through the proxy for `https`. */
export class Exchanges {
  readonly #server: URL;
  readonly #agent: HttpAgent;

  constructor(server: URL, connections: number, { ca, proxy }: Route = {}) {
    this.#server = server;
    const pool = {
      keepAlive: true,
      maxSockets: connections,
      keepAliveMsecs: IDLE_MS,
      ...(proxy === undefined ? {} : { proxyEnv: { ...proxy } }),
    };
    this.#agent =
      server.protocol === "https:"
        ? new HttpsAgent({ ...pool, ...(ca === undefined ? {} : { ca }) })
        : new HttpAgent(pool);
  }

  /**
   * @param timeout milliseconds for the whole exchange: a server that sends a byte now and then must not hold it for ever
   * @throws AwsError when there is no answer
   */
  post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: readonly Uint8Array[],
    timeout: number,
  ): Promise<Answer> {
    const { protocol, hostname, port, origin } = this.#server;
    const send = protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(
        { method: "POST", hostname: hostname.replace(/^\[|\]$/g, ""), port, path, headers, agent: this.#agent },
        (response) => readAnswer(response).then(resolve, fail),
      );
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout);
      const fail = (error: unknown) => reject(AwsError.ofNetwork(origin, error));
      request.on("error", fail);
      request.on("close", () => clearTimeout(timer));
      for (const part of body) request.write(part);
      request.end();
    });
  }

  /** Ends idle connections; requests that run fail. */
  close(): void {
    this.#agent.destroy();
  }
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
