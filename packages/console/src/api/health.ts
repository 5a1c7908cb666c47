import { sendJson } from "./json-client.ts";

/** How the server is, and what it could not deliver: an API of Nephoscope's own. Sizes are bytes, times milliseconds since 1970. */
const service = { name: "nephoscope-health", target: "NephoscopeHealth", version: "1.1" } as const;

export interface ServerHealth {
  readonly Version: string;
  readonly NodeVersion: string;
  readonly StartedAt: number;
  readonly ProcessBytes: number;
  readonly MachineBytes: number;
  readonly MachineFreeBytes: number;
  readonly Processors: number;
  readonly LoadAverage: number;
  readonly Disk: Room;
  readonly Engine: {
    readonly Kind: "embedded" | "cluster";
    readonly State: "up" | "down" | "closed";
    readonly Fault?: string;
    readonly Details?: EngineDetails;
  };
  readonly Stores: readonly { readonly Name: string; readonly Bytes: number }[];
  readonly Objects: "directory" | "s3";
  readonly Mail: string;
  readonly Outbox: { readonly Waiting: number; readonly GivenUp: number };
  readonly LostCallRecords: number;
  readonly Jobs: readonly Job[];
}

export interface Room {
  readonly FreeBytes: number;
  readonly TotalBytes: number;
}

export interface EngineDetails {
  readonly Version: string;
  readonly UptimeSeconds: number;
  readonly MemoryBytes: number;
  /** Zero where it has no bound. */
  readonly MemoryLimitBytes: number;
  readonly Merges: number;
  readonly Mutations: number;
  readonly Disks: readonly (Room & { readonly Name: string })[];
  readonly Tables: readonly EngineTable[];
  readonly Queries: readonly RunningQuery[];
}

export interface EngineTable {
  readonly Name: string;
  readonly Parts: number;
  readonly Rows: number;
  readonly Bytes: number;
  readonly UncompressedBytes: number;
}

export interface RunningQuery {
  readonly Id: string;
  readonly Kind: string;
  readonly Seconds: number;
  readonly ReadRows: number;
  readonly MemoryBytes: number;
}

export interface Job {
  readonly Name: string;
  readonly EveryMs: number;
  readonly RunningSince?: number;
  readonly LastEndedAt?: number;
  readonly LastTookMs?: number;
  readonly LastError?: string;
  readonly Failures: number;
}

export interface Delivery {
  readonly Id: number;
  readonly MessageId: string;
  readonly Kind: string;
  readonly TargetArn: string;
  readonly Attempts: number;
  readonly CreatedAt: number;
  readonly DueAt: number;
  readonly GivenUpAt?: number;
  readonly LastError?: string;
}

export interface Deliveries {
  readonly Waiting: readonly Delivery[];
  readonly GivenUp: readonly Delivery[];
}

export interface KeptMail {
  readonly Id: number;
  readonly At: number;
  readonly To: string;
  readonly Subject: string;
  readonly Text: string;
}

/** As many of each list as the API gives at once. */
export const MOST_LISTED = 1_000;

export const serverHealth = async (signal: AbortSignal): Promise<ServerHealth> =>
  (await ask<{ readonly Server: ServerHealth }>("DescribeServer", {}, signal)).Server;

export const deliveries = (signal: AbortSignal): Promise<Deliveries> =>
  ask<Deliveries>("ListDeliveries", { Limit: MOST_LISTED }, signal);

export const keptMails = async (signal: AbortSignal): Promise<readonly KeptMail[]> =>
  (await ask<{ readonly Mails: readonly KeptMail[] }>("ListKeptMails", { Limit: MOST_LISTED }, signal)).Mails;

async function ask<T>(operation: string, input: object, signal: AbortSignal): Promise<T> {
  const response = await sendJson(service, operation, input, signal);
  // The shape is the server's promise, checked where it writes the answer.
  const answer: T = await response.json();
  return answer;
}
