/**
 * The state store: what is few and changes. Every resource (log group, query, access key…) is a versioned JSON
 * document under (kind, account, region, key). There is one commit point; whoever must know of changes listens there.
 */

/** Where a resource lives. `key` sorts bytewise (ASCII order), which is the order that AWS lists names in. */
export interface ResourceRef {
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  readonly key: string;
}

export interface Resource<T> {
  readonly ref: ResourceRef;
  /** 1 for a new resource, one more with each change. */
  readonly version: number;
  readonly document: Readonly<T>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Why a change happened: kept with the commit, so that a configuration item can name the call that caused it. */
export interface Cause {
  /** The operation or the job, such as `logs:CreateLogGroup` or `job:logs-retention`. */
  readonly action: string;
  readonly requestId?: string;
  readonly principalArn?: string;
}

/** What the writer believes is stored now; the commit fails with VersionConflict if it is not so. */
export type Expectation = "absent" | "present" | "any" | number;

export type Change =
  | { readonly put: ResourceRef; readonly document: object; readonly expect: Expectation }
  | { readonly remove: ResourceRef; readonly expect: Expectation };

export interface CommittedChange {
  readonly ref: ResourceRef;
  readonly before: Resource<unknown> | undefined;
  readonly after: Resource<unknown> | undefined;
}

export interface Commit {
  readonly cause: Cause;
  readonly at: number;
  readonly changes: readonly CommittedChange[];
}

export interface OutboxMessage {
  readonly id: number;
  readonly queue: string;
  readonly payload: unknown;
  /** Deliveries tried so far. */
  readonly attempts: number;
  readonly lastError: string | undefined;
}

/** What one commit writes: all of it or nothing. */
export interface CommitRequest {
  readonly cause: Cause;
  readonly changes?: readonly Change[];
  /** Positions of durable readers, by name. */
  readonly cursors?: Readonly<Record<string, string>>;
  /** Messages to deliver at least once after the commit. */
  readonly outbox?: readonly { readonly queue: string; readonly payload: object; readonly dueAt?: number }[];
}

export interface ListQuery {
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  /** Only keys that begin with this text. */
  readonly prefix?: string;
  /** Only keys after this one, in the order of the list. */
  readonly after?: string;
  readonly limit?: number;
  /** Greatest key first. */
  readonly descending?: boolean;
}

/** The stored version is not the one that the writer expected. */
export class VersionConflict extends Error {
  override readonly name = "VersionConflict";
  readonly ref: ResourceRef;
  readonly expected: Expectation;
  readonly found: number | undefined;

  constructor(ref: ResourceRef, expected: Expectation, found: number | undefined) {
    super(
      `${ref.kind} "${ref.key}": expected ${expected}, found ${found === undefined ? "nothing" : `version ${found}`}`,
    );
    this.ref = ref;
    this.expected = expected;
    this.found = found;
  }
}

export interface State {
  get<T>(ref: ResourceRef): Resource<T> | undefined;
  /** Resources in key order, or against it. Without `limit`, all of them: only for kinds whose number is bounded. */
  list<T>(query: ListQuery): Resource<T>[];
  /** Every account's and region's resources of a kind, for jobs. In pages: pass the last one's ref to go on. */
  scan<T>(kind: string, after: ResourceRef | undefined, limit: number): Resource<T>[];

  /**
   * Writes all of the request or nothing. Resolves when it is fsynced; requests that arrive in the same turn of the
   * event loop share one transaction, and one that conflicts does not touch the others. Rejects with VersionConflict.
   */
  commit(request: CommitRequest): Promise<Commit>;
  /** Called after each durable commit, in commit order, before its promise resolves. Must not throw. */
  onCommit(listener: (commit: Commit) => void): void;

  cursor(name: string): string | undefined;
  /** Numbers that are never given twice, also not after a crash. The first is 1; `count` reserves a run of them. */
  allocate(counter: string, count?: number): number;
  /** The greatest number of a counter given so far; 0 before the first. */
  allocated(counter: string): number;
  /** Raises a counter to at least `value`. */
  reserve(counter: string, value: number | bigint): void;
  reserved(counter: string): bigint;

  /** Messages of a queue that are due, oldest first. They stay until `settle` or `postpone`. */
  due(queue: string, now: number, limit: number): OutboxMessage[];
  /** A message was delivered, or given up on (then say why: it is kept for people to see). */
  settle(id: number, failure?: string): void;
  postpone(id: number, dueAt: number, error: string): void;
  /** Messages given up on, newest first. */
  undelivered(queue: string, limit: number): OutboxMessage[];

  /** Writes what waits and closes the file. Closing twice is harmless. */
  close(): void;
}
