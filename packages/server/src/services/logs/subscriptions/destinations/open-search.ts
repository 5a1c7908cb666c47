import type { OpenSearchDomain } from "../../../../platform/outgoing/open-search-domains.ts";
import {
  type Outgoing,
  type OutgoingAnswer,
  TargetFailed,
  TargetRefused,
} from "../../../../platform/outgoing/outgoing.ts";
import type { Payload } from "../forwarding/payload.ts";
import { type Destination, NotForwarded } from "./destination.ts";
import { documentOf, indexOf } from "./open-search-document.ts";

/** Bulk requests of a megabyte take a healthy cluster less than a second. */
const TIMEOUT_MS = 20_000;
/** Only what failed is asked for, so this holds the failures of thousands of documents. */
const MAX_ANSWER_BYTES = 16 * 1_048_576;
const FILTER = "filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason";

/**
 * OpenSearch or Elasticsearch by their bulk API. A document's id is the event's, so that one that is sent again replaces itself. All payloads go
 * together, and count as taken together.
 */
export function openSearchDestination(outgoing: Outgoing, domain: OpenSearchDomain): Destination {
  const send = async (
    method: "GET" | "POST",
    path: string,
    body: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<OutgoingAnswer> => {
    try {
      return await outgoing.send({
        method,
        url: `${domain.url}${path}`,
        headers: {
          ...(domain.authorization !== undefined && { authorization: domain.authorization }),
          ...(body !== undefined && { "content-type": "application/x-ndjson" }),
        },
        body,
        timeoutMs: TIMEOUT_MS,
        maxAnswerBytes: MAX_ANSWER_BYTES,
        signal,
      });
    } catch (error) {
      if (!(error instanceof TargetFailed || error instanceof TargetRefused)) throw error;
      throw new NotForwarded(error.message, { cause: error });
    }
  };

  return {
    key: `open-search ${domain.name}`,
    type: "OpenSearch",
    description: `OpenSearch domain ${domain.name}`,
    async probe(_control, signal) {
      const { status } = await send("GET", "/", undefined, signal);
      if (status !== 200) throw new NotForwarded(`${domain.url}/ answers ${status}`);
    },
    async deliver(payloads, done, signal) {
      const texts = payloads.map(linesOf);
      const answer = await send("POST", `/_bulk?${FILTER}`, Buffer.from(texts.join("")), signal);
      if (answer.status !== 200) {
        throw new NotForwarded(`${domain.url}/_bulk answers ${answer.status}: ${textOf(answer)}`, {
          throttled: answer.status === 429,
        });
      }
      const documents = payloads.reduce((sum, { logEvents }) => sum + logEvents.length, 0);
      const results = readResults(answer, documents);
      if (results === undefined) throw new NotForwarded(`${domain.url}/_bulk gives no bulk answer: ${textOf(answer)}`);
      requireAllTried(results, domain);
      let at = 0;
      for (const [i, payload] of payloads.entries()) {
        const refused = results.slice(at, at + payload.logEvents.length).flatMap(({ refused }) => refused ?? []);
        at += payload.logEvents.length;
        const [reason] = refused;
        done(payload, {
          bytes: Buffer.byteLength(texts[i] ?? ""),
          refused: refused.length,
          ...(reason !== undefined && { reason }),
        });
      }
    },
  };
}

/** Two lines for each event: what to do, and the document. */
function linesOf(payload: Payload): string {
  let lines = "";
  for (const event of payload.logEvents) {
    const action = { index: { _index: indexOf(event.timestamp), _id: event.id } };
    lines += `${JSON.stringify(action)}\n${JSON.stringify(documentOf(event, payload))}\n`;
  }
  return lines;
}

/** What became of one document. */
interface Result {
  readonly status: number;
  /** Why it will never be taken: its members don't fit the index. */
  readonly refused: string | undefined;
  readonly reason: string;
}

/** The results in the order of the documents; an empty list means that all were taken. Undefined for what is no answer of a bulk request. */
function readResults({ body }: OutgoingAnswer, documents: number): Result[] | undefined {
  const answer = parse(body.toString());
  const errors = memberOf(answer, "errors");
  if (errors === false) return [];
  const items = memberOf(answer, "items");
  if (errors !== true || !Array.isArray(items) || items.length !== documents) return undefined;
  return items.map((item: unknown) => {
    const result = memberOf(item, "index");
    const error = memberOf(result, "error");
    const status = memberOf(result, "status");
    const reason = `${String(memberOf(error, "type"))}: ${String(memberOf(error, "reason"))}`.slice(0, 500);
    // 400 is about the document. All else, a full disk too (403), is about the cluster and may pass.
    return { status: typeof status === "number" ? status : 500, refused: status === 400 ? reason : undefined, reason };
  });
}

/** Documents of which the cluster knows that it may take them later make all be sent again: their ids keep them from being doubled. */
function requireAllTried(results: readonly Result[], { url }: OpenSearchDomain): void {
  const failed = results.filter(({ status }) => status > 299 && status !== 400);
  const [first] = failed;
  if (first === undefined) return;
  throw new NotForwarded(`${url}/_bulk did not take ${failed.length} documents: ${first.status} ${first.reason}`, {
    throttled: failed.every(({ status }) => status === 429),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const textOf = ({ body }: OutgoingAnswer): string => body.toString("utf8", 0, 300);
