/**
 * What the API of health answers with. The console takes its types from here, so it imports nothing. Sizes are bytes, times milliseconds
 * since the epoch.
 */

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
  readonly Disk: Room;
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

export interface Room {
  readonly FreeBytes: number;
  readonly TotalBytes: number;
}

export interface EngineHealth {
  readonly Kind: "embedded" | "cluster";
  readonly State: "up" | "down" | "closed";
  /** Why the engine could not be asked; what follows is absent then. */
  readonly Fault?: string;
  readonly Details?: EngineDetails;
}

export interface EngineDetails {
  readonly Version: string;
  readonly UptimeSeconds: number;
  readonly MemoryBytes: number;
  /** Zero where it has no bound. */
  readonly MemoryLimitBytes: number;
  readonly Merges: number;
  readonly Mutations: number;
  readonly Disks: (Room & { readonly Name: string })[];
  readonly Tables: EngineTable[];
  readonly Queries: RunningQuery[];
}

export interface EngineTable {
  readonly Name: string;
  readonly Parts: number;
  readonly Rows: number;
  readonly Bytes: number;
  readonly UncompressedBytes: number;
}

/** Without its text, which holds what users look for. */
export interface RunningQuery {
  readonly Id: string;
  readonly Kind: string;
  readonly Seconds: number;
  readonly ReadRows: number;
  readonly MemoryBytes: number;
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
