import { randomBytes, randomUUID } from "node:crypto";
import type { QueuedAttribute } from "../../../platform/queues/message-queues.ts";
import type { DurableTables } from "../../../platform/sqlite/durable-tables.ts";

/**
 * Messages of all queues: a table of its own, since they may be many, while the state store is for what is few. `id` is the order
 * of arrival; `visible_at` is when a message can be received (again).
 */
export const MESSAGES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
    attributes TEXT NOT NULL, trace_header TEXT, sender TEXT NOT NULL, group_id TEXT, deduplication_id TEXT,
    sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receives INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER, receipt TEXT, attempt TEXT, source_arn TEXT
  );
  CREATE INDEX IF NOT EXISTS messages_visible ON messages (queue, visible_at, id);
  CREATE INDEX IF NOT EXISTS messages_groups ON messages (queue, group_id, id) WHERE group_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS messages_age ON messages (queue, sent_at);
  CREATE TABLE IF NOT EXISTS deduplications (
    queue INTEGER NOT NULL, scope TEXT NOT NULL, deduplication_id TEXT NOT NULL, message_id TEXT NOT NULL, sequence INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, PRIMARY KEY (queue, scope, deduplication_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS deduplications_old ON deduplications (expires_at);
`;

/** For so long a message sent again is known to be the same (SQS developer guide, "Exactly-once processing"). */
const DEDUPLICATION_MS = 5 * 60_000;
/** Most messages in flight of one queue (SQS developer guide, "Message quotas"). */
export const MAX_IN_FLIGHT = 120_000;

export interface NewMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, QueuedAttribute>>;
  readonly traceHeader: string | undefined;
  readonly sender: string;
  readonly delayMs: number;
  readonly groupId: string | undefined;
  /** FIFO queues only: what tells a message that was sent twice, within the scope. */
  readonly deduplication: { readonly id: string; readonly scope: string } | undefined;
}

export interface Sent {
  readonly messageId: string;
  /** Rises with each message; the number that FIFO queues show. */
  readonly sequence: number;
}

export interface StoredMessage {
  readonly id: number;
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, QueuedAttribute>>;
  readonly traceHeader: string | undefined;
  readonly sender: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sentAt: number;
  readonly receives: number;
  readonly firstReceivedAt: number;
  readonly receipt: string;
  readonly sourceArn: string | undefined;
}

export interface Receiving {
  readonly queueId: number;
  readonly fifo: boolean;
  readonly max: number;
  readonly visibilityMs: number;
  /** Messages sent before are expired. */
  readonly sentAfter: number;
  /** A FIFO receiver that got no answer asks with the same id again, and gets the same messages. */
  readonly attempt: string | undefined;
  readonly deadLetters:
    | { readonly queueId: number; readonly maxReceives: number; readonly sourceArn: string }
    | undefined;
}

export interface Received {
  readonly messages: readonly StoredMessage[];
  /** Messages went to the dead-letter queue. */
  readonly moved: boolean;
  /** As many are in flight as may be. */
  readonly overLimit: boolean;
}

/** A receipt names the row and the one receipt of it that may act on the message. */
export interface Receipt {
  readonly id: number;
  readonly secret: string;
}

export type MessageStore = ReturnType<typeof openMessageStore>;

/** Calls that write resolve when that is fsynced; times are milliseconds since the epoch. */
export function openMessageStore(tables: DurableTables) {
  const { db } = tables;
  const insert = db.prepare(
    `INSERT INTO messages (queue, message_id, body, attributes, trace_header, sender, group_id, deduplication_id, sent_at, visible_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectDuplicate = db.prepare(
    "SELECT message_id, sequence FROM deduplications WHERE queue = ? AND scope = ? AND deduplication_id = ? AND expires_at > ?",
  );
  const insertDuplicate = db.prepare("INSERT OR REPLACE INTO deduplications VALUES (?, ?, ?, ?, ?, ?)");
  const selectVisible = db.prepare(
    "SELECT * FROM messages WHERE queue = ? AND visible_at <= ? AND sent_at > ? ORDER BY visible_at, id LIMIT ?",
  );
  // A group waits while an earlier message of it is in flight or delayed.
  const selectVisibleInOrder = db.prepare(
    `SELECT * FROM messages m WHERE queue = ? AND visible_at <= ? AND sent_at > ? AND NOT EXISTS (
       SELECT 1 FROM messages e WHERE e.queue = m.queue AND e.group_id = m.group_id AND e.id < m.id AND e.visible_at > ?)
     ORDER BY id LIMIT ?`,
  );
  const selectAttempt = db.prepare(
    "SELECT * FROM messages WHERE queue = ? AND attempt = ? AND visible_at > ? ORDER BY id LIMIT ?",
  );
  const anyVisible = db.prepare("SELECT 1 FROM messages WHERE queue = ? AND visible_at <= ? AND sent_at > ? LIMIT 1");
  const nextVisible = db.prepare("SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND visible_at > ?");
  const markReceived = db.prepare(
    `UPDATE messages SET visible_at = ?, receives = receives + 1, first_received_at = ifnull(first_received_at, ?), receipt = ?, attempt = ?
     WHERE id = ? RETURNING *`,
  );
  const move = db.prepare(
    `UPDATE messages SET queue = ?, visible_at = ?, receives = 0, first_received_at = NULL, receipt = NULL, attempt = NULL, source_arn = ?
     WHERE id = ?`,
  );
  const selectOne = db.prepare("SELECT receipt, visible_at FROM messages WHERE queue = ? AND id = ?");
  const remove = db.prepare("DELETE FROM messages WHERE queue = ? AND id = ?");
  const setVisible = db.prepare("UPDATE messages SET visible_at = ? WHERE queue = ? AND id = ?");
  const inFlight = db.prepare(
    "SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE queue = ? AND visible_at > ? AND receipt IS NOT NULL LIMIT ?)",
  );
  const counts = db.prepare(
    `SELECT count(*) FILTER (WHERE visible_at <= :now) AS visible,
            count(*) FILTER (WHERE visible_at > :now AND receipt IS NOT NULL) AS in_flight,
            count(*) FILTER (WHERE visible_at > :now AND receipt IS NULL) AS delayed
     FROM messages WHERE queue = :queue AND sent_at > :after`,
  );
  const removeSome = db.prepare(
    "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE queue = ? AND sent_at <= ? ORDER BY sent_at LIMIT ?)",
  );
  const removeDuplicates = db.prepare("DELETE FROM deduplications WHERE expires_at <= ?");
  const removeDuplicatesOf = db.prepare("DELETE FROM deduplications WHERE queue = ?");
  const selectQueues = db.prepare("SELECT DISTINCT queue FROM messages");

  const sendOne = (queueId: number, message: NewMessage, now: number): Sent => {
    const { deduplication } = message;
    if (deduplication !== undefined) {
      const known = selectDuplicate.get(queueId, deduplication.scope, deduplication.id, now);
      if (known !== undefined) return { messageId: String(known.message_id), sequence: Number(known.sequence) };
    }
    const messageId = randomUUID();
    const { lastInsertRowid } = insert.run(
      queueId,
      messageId,
      message.body,
      JSON.stringify(message.attributes),
      message.traceHeader ?? null,
      message.sender,
      message.groupId ?? null,
      deduplication?.id ?? null,
      now,
      now + message.delayMs,
    );
    const sequence = Number(lastInsertRowid);
    if (deduplication !== undefined) {
      insertDuplicate.run(queueId, deduplication.scope, deduplication.id, messageId, sequence, now + DEDUPLICATION_MS);
    }
    return { messageId, sequence };
  };

  const receiveNow = (by: Receiving, now: number): Received => {
    const { queueId, fifo, max, attempt, deadLetters } = by;
    if (attempt !== undefined) {
      const again = selectAttempt.all(queueId, attempt, now, max);
      if (again.length > 0) return { messages: again.map(toMessage), moved: false, overLimit: false };
    }
    if (Number(inFlight.get(queueId, now, MAX_IN_FLIGHT)?.n) + max > MAX_IN_FLIGHT) {
      return { messages: [], moved: false, overLimit: true };
    }
    const messages: StoredMessage[] = [];
    let moved = false;
    for (;;) {
      const wanted = max - messages.length;
      const rows = fifo
        ? selectVisibleInOrder.all(queueId, now, by.sentAfter, now, wanted)
        : selectVisible.all(queueId, now, by.sentAfter, wanted);
      let movedHere = 0;
      for (const row of rows) {
        if (deadLetters !== undefined && Number(row.receives) >= deadLetters.maxReceives) {
          move.run(deadLetters.queueId, now, deadLetters.sourceArn, Number(row.id));
          movedHere += 1;
          continue;
        }
        const receipt = randomBytes(12).toString("base64url");
        const received = markReceived.get(now + by.visibilityMs, now, receipt, attempt ?? null, Number(row.id));
        if (received !== undefined) messages.push(toMessage(received));
      }
      moved ||= movedHere > 0;
      // Those that went to the dead letters made room for others; with a visibility of 0 the same ones would come again.
      if (movedHere === 0 || messages.length >= max || by.visibilityMs === 0)
        return { messages, moved, overLimit: false };
    }
  };

  const current = (queueId: number, { id, secret }: Receipt) => {
    const row = selectOne.get(queueId, id);
    if (row === undefined) return undefined;
    return { isLatest: row.receipt === secret, visibleAt: Number(row.visible_at) };
  };

  return {
    send: (queueId: number, messages: readonly NewMessage[], now: number): Promise<readonly Sent[]> =>
      tables.write(() => messages.map((message) => sendOne(queueId, message, now))),
    hasVisible: (queueId: number, sentAfter: number, now: number): boolean =>
      anyVisible.get(queueId, now, sentAfter) !== undefined,
    /** When the next message that is hidden now can be received. */
    nextVisibleAt(queueId: number, now: number): number | undefined {
      const at = nextVisible.get(queueId, now)?.at;
      return typeof at === "number" ? at : undefined;
    },
    receive: (by: Receiving, now: number): Promise<Received> => tables.write(() => receiveNow(by, now)),
    /**
     * Deletes the message. A receipt that is not the latest deletes nothing; of a FIFO queue neither does one whose time is over.
     * Deleting what is gone is no fault.
     */
    remove: (queueId: number, fifo: boolean, receipt: Receipt, now: number): Promise<"gone" | "expired"> =>
      tables.write(() => {
        const found = current(queueId, receipt);
        if (found === undefined) return "gone";
        if (fifo && (!found.isLatest || found.visibleAt <= now)) return "expired";
        if (found.isLatest) remove.run(queueId, receipt.id);
        return "gone";
      }),
    changeVisibility: (
      queueId: number,
      receipt: Receipt,
      visibilityMs: number,
      now: number,
    ): Promise<"changed" | "missing" | "not in flight"> =>
      tables.write(() => {
        const found = current(queueId, receipt);
        if (found === undefined) return "missing";
        if (!found.isLatest || found.visibleAt <= now) return "not in flight";
        setVisible.run(now + visibilityMs, queueId, receipt.id);
        return "changed";
      }),
    counts(queueId: number, sentAfter: number, now: number) {
      const row = counts.get({ now, queue: queueId, after: sentAfter });
      return { visible: Number(row?.visible), inFlight: Number(row?.in_flight), delayed: Number(row?.delayed) };
    },
    /** Deletes at most `limit` messages sent at or before a time; gives how many. */
    removeUntil: (queueId: number, sentAt: number, limit: number): Promise<number> =>
      tables.write(() => Number(removeSome.run(queueId, sentAt, limit).changes)),
    forgetDuplicates: (now: number, queueId?: number): Promise<unknown> =>
      tables.write(() => (queueId === undefined ? removeDuplicates.run(now) : removeDuplicatesOf.run(queueId))),
    /** The numbers of queues that have messages, those of deleted queues too. */
    queuesWithMessages: (): number[] => selectQueues.all().map(({ queue }) => Number(queue)),
  };
}

function toMessage(row: Record<string, unknown>): StoredMessage {
  const optional = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    id: Number(row.id),
    messageId: String(row.message_id),
    body: String(row.body),
    attributes: JSON.parse(String(row.attributes)) as Record<string, QueuedAttribute>,
    traceHeader: optional(row.trace_header),
    sender: String(row.sender),
    groupId: optional(row.group_id),
    deduplicationId: optional(row.deduplication_id),
    sentAt: Number(row.sent_at),
    receives: Number(row.receives),
    firstReceivedAt: Number(row.first_received_at),
    receipt: String(row.receipt),
    sourceArn: optional(row.source_arn),
  };
}
