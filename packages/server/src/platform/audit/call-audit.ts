import { randomUUID } from "node:crypto";
import { createAppender, type Engine } from "@nephoscope/engine";
import type { CallRecord } from "@nephoscope/wire";
import type { Ruling } from "../access/ruling.ts";
import type { Log } from "../log/log.ts";
import { gathered } from "./gathered.ts";
import { redact } from "./redact.ts";
import { strangerQuota } from "./stranger-quota.ts";

/**
 * The record of every call to the API: who, what, when, from where, with which parameters and result. Taken at one
 * place, the front door, after the answer is known.
 */
export interface CallAudit {
  /**
   * Records a call. For calls that change something it resolves when the record is on disk, and the answer waits for it;
   * for others at once, and the record is written within a moment. `rulings` is what was decided on it. Never rejects: a record that can't be kept is logged and counted.
   */
  record(call: CallRecord, rulings?: readonly Ruling[]): Promise<void>;
  /** Records that could not be kept since the start. */
  readonly lost: number;
  /** Calls of unproven callers that were left out since this was last asked (see StrangerQuota). */
  skipped(): number;
  close(): Promise<void>;
}

/** Records held while the engine is slow or away. */
const MAX_QUEUED_BYTES = 16 * 1_048_576;
/**
 * Records that no answer waits for go together: each insert costs the engine a part on disk and its merging, which a stream of small
 * calls would pay for over and over.
 */
const GATHER_MS = 200;
const MAX_GATHERED = 1_000;

const COLUMNS = [
  "event_time",
  "event_id",
  "account",
  "region",
  "event_source",
  "event_name",
  "request_id",
  "principal_type",
  "principal_arn",
  "user_name",
  "access_key_id",
  "source_ip",
  "user_agent",
  "read_only",
  "error_code",
  "error_message",
  "request_parameters",
  "response_elements",
  "resources",
  "duration",
  "authorization",
] as const;

interface Entry {
  readonly id: string;
  readonly line: string;
}

export function openCallAudit(engine: Engine, log: Log, now: () => number): CallAudit {
  let lost = 0;
  const strangers = strangerQuota(now);
  const appender = createAppender<Entry>({
    client: engine.client,
    table: "calls",
    columns: COLUMNS,
    format: "JSONEachRow",
    encode: (entries) => Buffer.from(entries.map(({ line }) => `${line}\n`).join("")),
    missing: (entries) => missingCalls(engine, entries),
    maxQueuedBytes: MAX_QUEUED_BYTES,
  });

  const store = (entry: Entry, call: CallRecord): Promise<void> =>
    appender.append([entry]).catch((error: unknown) => {
      lost++;
      log("error", "call record lost", { operation: call.operation, requestId: call.requestId, lost, error });
    });
  const waiting = gathered<() => void>(GATHER_MS, MAX_GATHERED, (stores) => {
    for (const each of stores) each();
  });

  return {
    get lost() {
      return lost;
    },
    skipped: strangers.skipped,
    async record(call, rulings = []) {
      if (call.principal === undefined && !strangers.take()) return;
      const entry = toEntry(call, rulings);
      // A refused call changed nothing; if it waited, anybody without a key could keep the disk busy one write at a time.
      if (!call.outcome.ok || isReadOnly(call.operation) || isDataEvent(call.operation)) {
        waiting.add(() => void store(entry, call));
        return;
      }
      waiting.flush();
      await store(entry, call);
    },
    close() {
      waiting.flush();
      return appender.close();
    },
  };
}

/** Operations that change nothing are named so throughout AWS. */
export function isReadOnly(operation: string | undefined): boolean {
  return (
    operation !== undefined &&
    /^(Describe|Get|List|Filter|Start(Query|LiveTail)$|Test|Lookup|Head|Search|StopQuery$)/.test(operation)
  );
}

/** Calls that carry data, many a second: CloudTrail calls them data events. Their record does not hold up the answer. */
function isDataEvent(operation: string | undefined): boolean {
  return operation === undefined || DATA_EVENTS.has(operation);
}

/** S3's are those that CloudTrail's user guide lists under "Amazon S3 object-level API activity". */
const DATA_EVENTS: ReadonlySet<string> = new Set([
  "PutLogEvents",
  "PutMetricData",
  // Of the fleet's hosts, each several times a minute.
  "PutFlowRecords",
  "SendReply",
  "UpdateInstanceInformation",
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateMultipartUpload",
  "DeleteObject",
  "DeleteObjects",
  "PutObject",
  "UploadPart",
  "UploadPartCopy",
]);

/** What a caller claims before anything is proven can be kilobytes; no real name of an operation, region or key is so long. */
const named = (text: string | undefined): string => text?.slice(0, 128) ?? "";

function toEntry(call: CallRecord, rulings: readonly Ruling[]): Entry {
  const id = randomUUID();
  const failure = call.outcome.ok ? undefined : call.outcome;
  const row: Record<(typeof COLUMNS)[number], unknown> = {
    event_time: (call.receivedAt.getTime() / 1_000).toFixed(3),
    event_id: id,
    account: call.account ?? "",
    region: named(call.region),
    event_source: call.service === undefined ? "" : eventSource(call.service),
    event_name: named(call.operation),
    request_id: call.requestId,
    principal_type: call.principal?.type ?? "",
    principal_arn: call.principal?.arn ?? "",
    user_name: call.principal?.userName ?? "",
    access_key_id: named(call.accessKeyId),
    source_ip: call.sourceIp,
    user_agent: call.userAgent.slice(0, 512),
    read_only: isReadOnly(call.operation) ? 1 : 0,
    error_code: failure?.code ?? "",
    error_message: failure?.message.slice(0, 1_024) ?? "",
    request_parameters: toText(redact(withoutData(call), call.service)),
    // CloudTrail records the answer of calls that change something only.
    response_elements:
      call.outcome.ok && !isReadOnly(call.operation) ? toText(redact(call.outcome.output, call.service)) : "",
    resources: [],
    // Microseconds.
    duration: Math.round(call.durationMs * 1_000),
    authorization: rulings.length === 0 ? "" : JSON.stringify(rulings),
  };
  return { id, line: JSON.stringify(row, wellFormed) };
}

/** Callers send halves of surrogate pairs, and cutting makes more. One of them would make the engine refuse the whole batch. */
const wellFormed = (_name: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);

/** Members that hold the data a call carries rather than what it asks for; a record tells only how much there was. */
const DATA_MEMBERS: Readonly<Record<string, string>> = {
  PutLogEvents: "logEvents",
  PutMetricData: "MetricData",
  TestMetricFilter: "logEventMessages",
  CreateLookupTable: "tableBody",
  UpdateLookupTable: "tableBody",
};

function withoutData({ operation, input }: CallRecord): unknown {
  const member = operation === undefined ? undefined : DATA_MEMBERS[operation];
  const data = member === undefined ? undefined : input?.[member];
  if (member === undefined) return input;
  if (typeof data === "object" && data !== null && "length" in data) {
    return { ...input, [member]: `(${data.length} items)` };
  }
  return typeof data === "string" ? { ...input, [member]: `(${data.length} characters)` } : input;
}

/** JSON text; empty for nothing. */
function toText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

/** CloudTrail's name of a service: its endpoint. */
function eventSource(service: string): string {
  return service === "cloudwatch-logs" ? "logs.amazonaws.com" : `${service}.amazonaws.com`;
}

async function missingCalls(engine: Engine, entries: readonly Entry[]): Promise<Entry[]> {
  const rows = await engine.client.rows<[string]>({
    sql: "SELECT toString(event_id) FROM calls WHERE event_id IN {ids:Array(UUID)}",
    params: { ids: entries.map(({ id }) => id) },
  });
  const stored = new Set(rows.map(([id]) => id));
  return entries.filter(({ id }) => !stored.has(id));
}
