import type { ApiTypes, Snapshot } from "@nephoscope/wire";

/**
 * An API of our own beside AWS's, in AWS's JSON protocol and signed like all others: how the server is, and what it could not deliver.
 * AWS has none, as nobody there sees the machines. Sizes are bytes, times milliseconds since the epoch.
 */
export type HealthApi = ApiTypes<{
  DescribeServer: { input: object; output: { Server: ServerHealth } };
  ListDeliveries: { input: { Limit?: number }; output: DeliveryLists };
  ListKeptMails: { input: { Limit?: number }; output: { Mails: KeptMailView[] } };
}>;

export interface ServerHealth {
  readonly Version: string;
  readonly NodeVersion: string;
  readonly StartedAt: number;
  readonly ProcessBytes: number;
  readonly MachineBytes: number;
  readonly MachineFreeBytes: number;
  readonly Processors: number;
  /** Of the last minute. */
  readonly LoadAverage: number;
  /** The disk that the data directory is on. */
  readonly Disk: { readonly FreeBytes: number; readonly TotalBytes: number };
  readonly Engine: EngineHealth;
  /** Files of the data directory beside the engine's, such as `state.db` with its log. */
  readonly Stores: { readonly Name: string; readonly Bytes: number }[];
  /** Where files and larger objects are kept. */
  readonly Objects: "directory" | "s3";
  /** Where mails go. */
  readonly Mail: string;
  readonly Outbox: { readonly Waiting: number; readonly GivenUp: number };
  /** Records of calls that could not be kept since the start. */
  readonly LostCallRecords: number;
  readonly Jobs: JobHealth[];
}

export interface EngineHealth {
  readonly Kind: "embedded" | "cluster";
  readonly State: "up" | "down" | "closed";
  /** Why the engine could not be asked; what follows is absent then. */
  readonly Fault?: string;
  readonly Details?: {
    readonly Version: string;
    readonly UptimeSeconds: number;
    readonly MemoryBytes: number;
    /** Zero where it has no bound. */
    readonly MemoryLimitBytes: number;
    readonly Merges: number;
    readonly Mutations: number;
    readonly Disks: { readonly Name: string; readonly FreeBytes: number; readonly TotalBytes: number }[];
    readonly Tables: {
      readonly Name: string;
      readonly Parts: number;
      readonly Rows: number;
      readonly Bytes: number;
      readonly UncompressedBytes: number;
    }[];
    /** Without their texts, which hold what users look for. */
    readonly Queries: {
      readonly Id: string;
      readonly Kind: string;
      readonly Seconds: number;
      readonly ReadRows: number;
      readonly MemoryBytes: number;
    }[];
  };
}

export interface JobHealth {
  readonly Name: string;
  readonly EveryMs: number;
  readonly RunningSince?: number;
  readonly LastEndedAt?: number;
  readonly LastTookMs?: number;
  readonly LastError?: string;
  readonly Failures: number;
}

export interface DeliveryLists {
  readonly Waiting: DeliveryView[];
  readonly GivenUp: DeliveryView[];
}

export interface DeliveryView {
  readonly Id: number;
  readonly MessageId: string;
  readonly Kind: string;
  /** The subscription, queue or function that it goes to. */
  readonly TargetArn: string;
  /** Failed tries so far. */
  readonly Attempts: number;
  readonly CreatedAt: number;
  /** The next try; the last one of what was given up. */
  readonly DueAt: number;
  readonly GivenUpAt?: number;
  readonly LastError?: string;
}

export interface KeptMailView {
  readonly Id: number;
  readonly At: number;
  readonly To: string;
  readonly Subject: string;
  readonly Text: string;
}

/** Most entries of each list that one call gives. */
export const MOST_LISTED = 1_000;

export const healthSnapshot: Snapshot = {
  source: { client: "none", botocore: "none" },
  service: {
    name: "health",
    id: "Health",
    signingName: "nephoscope-health",
    target: "NephoscopeHealth",
    version: "2026-11-21",
    namespace: "nephoscope.health",
    protocols: ["awsJson1_1"],
    queryCompatible: false,
  },
  operations: {
    DescribeServer: { input: "Nothing", output: "ServerResult", errors: [] },
    ListDeliveries: { input: "ListRequest", output: "DeliveriesResult", errors: [] },
    ListKeptMails: { input: "ListRequest", output: "MailsResult", errors: [] },
  },
  unsupported: [],
  errors: [],
  shapes: {
    Limit: { kind: "integer", min: 1, max: MOST_LISTED },
    Document: { kind: "document" },
    Nothing: { kind: "structure", members: {} },
    ListRequest: { kind: "structure", members: { Limit: { shape: "Limit" } } },
    ServerResult: { kind: "structure", members: { Server: { shape: "Document" } } },
    DeliveriesResult: {
      kind: "structure",
      members: { Waiting: { shape: "Document" }, GivenUp: { shape: "Document" } },
    },
    MailsResult: { kind: "structure", members: { Mails: { shape: "Document" } } },
  },
};
