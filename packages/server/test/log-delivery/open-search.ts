import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { TestContext } from "node:test";

/** A document that the cluster has. */
export interface Indexed {
  readonly index: string;
  readonly id: string;
  /** How often it was written. */
  version: number;
  document: Record<string, unknown>;
}

export interface BulkRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly documents: readonly {
    readonly index: string;
    readonly id: string;
    readonly document: Record<string, unknown>;
  }[];
}

/** What a test makes of a bulk request: an answer of its own, or for each document a status; undefined takes it. */
export type Behaviour = (
  request: BulkRequest,
) =>
  | { readonly status: number; readonly body?: string }
  | { readonly statuses: readonly number[] }
  | "hang"
  | undefined;

/**
 * A stand-in for OpenSearch, made for these tests: it answers `GET /` and `POST /_bulk` in the form that OpenSearch's bulk API reference gives, with
 * `filter_path` left out of account as an older cluster would. No real cluster could be had here.
 */
export async function openSearch(t: TestContext, behaviour: { current: Behaviour } = { current: () => undefined }) {
  const stored = new Map<string, Indexed>();
  const requests: BulkRequest[] = [];
  const server = createServer(async (request, response): Promise<void> => {
    const json = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (request.method === "GET" && request.url === "/") return json(200, { version: { distribution: "opensearch" } });
    const bulk = readBulk(request, await bodyOf(request));
    requests.push(bulk);
    const wanted = behaviour.current(bulk);
    if (wanted === "hang") return;
    if (wanted !== undefined && "status" in wanted) {
      response.writeHead(wanted.status).end(wanted.body ?? "");
      return;
    }
    const items = bulk.documents.map(({ index, id, document }, i) => {
      const status = wanted?.statuses[i] ?? 201;
      const error = { type: `error_${status}`, reason: "of the test" };
      if (status > 299) return { index: { _index: index, _id: id, status, error } };
      const found = stored.get(`${index}/${id}`) ?? { index, id, version: 0, document };
      found.version += 1;
      found.document = document;
      stored.set(`${index}/${id}`, found);
      return { index: { _index: index, _id: id, _version: found.version, status: found.version > 1 ? 200 : 201 } };
    });
    json(200, { took: 1, errors: items.some(({ index }) => "error" in index), items });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    /** What was indexed, in the order of the first time. */
    stored: () => [...stored.values()],
    messages: () => [...stored.values()].map(({ document }) => document["@message"]),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Newline-delimited JSON: an action, then its document. It must end with a newline, as the real one demands. */
function readBulk({ url = "", headers }: IncomingMessage, body: string): BulkRequest {
  if (headers["content-type"] !== "application/x-ndjson") throw new Error("a bulk request is newline-delimited JSON");
  if (!body.endsWith("\n")) throw new Error("a bulk request ends with a newline");
  const lines = body
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const documents = [];
  for (let i = 0; i < lines.length; i += 2) {
    const { index } = lines[i] as { index: { _index: string; _id: string } };
    documents.push({ index: index._index, id: index._id, document: lines[i + 1] ?? {} });
  }
  return { path: url, authorization: headers.authorization, documents };
}
