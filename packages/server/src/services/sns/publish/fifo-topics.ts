import { randomUUID } from "node:crypto";
import type { DurableTables } from "../../../platform/sqlite/durable-tables.ts";

/** Part of the schema of the outbox's file: what FIFO topics must know to publish each message once. */
export const FIFO_TOPICS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS fifo_messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, scope TEXT NOT NULL, deduplication_id TEXT NOT NULL,
    message_id TEXT NOT NULL, published INTEGER NOT NULL DEFAULT 0, expires_at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS fifo_messages_known ON fifo_messages (topic, scope, deduplication_id);
  CREATE INDEX IF NOT EXISTS fifo_messages_old ON fifo_messages (expires_at);
`;

/** For so long a message published again is known to be the same (developer guide, "Message deduplication for FIFO topics"). */
const DEDUPLICATION_MS = 5 * 60_000;
/** Sequence numbers have 20 digits, as AWS's do. */
const FIRST_SEQUENCE = 10_000_000_000_000_000_000n;

export interface NumberedMessage {
  readonly messageId: string;
  readonly sequence: number;
  readonly sequenceNumber: string;
  /** Its deliveries are in the outbox or made. False again after a crash in between: then they have to be put there. */
  readonly published: boolean;
}

export function openFifoTopics(tables: DurableTables) {
  const { db } = tables;
  const drop = db.prepare(
    "DELETE FROM fifo_messages WHERE topic = ? AND scope = ? AND deduplication_id = ? AND expires_at <= ?",
  );
  const find = db.prepare(
    "SELECT sequence, message_id, published FROM fifo_messages WHERE topic = ? AND scope = ? AND deduplication_id = ?",
  );
  const insert = db.prepare(
    "INSERT INTO fifo_messages (topic, scope, deduplication_id, message_id, expires_at) VALUES (?, ?, ?, ?, ?)",
  );
  const mark = db.prepare("UPDATE fifo_messages SET published = 1 WHERE sequence = ?");
  const forget = db.prepare("DELETE FROM fifo_messages WHERE expires_at <= ?");

  return {
    /** The id and number of a message: new ones, or those that the same message got within five minutes. */
    number: (topic: string, scope: string, deduplicationId: string, now: number): Promise<NumberedMessage> =>
      tables.write(() => {
        drop.run(topic, scope, deduplicationId, now);
        const known = find.get(topic, scope, deduplicationId);
        const messageId = known === undefined ? randomUUID() : String(known.message_id);
        const sequence =
          known === undefined
            ? Number(insert.run(topic, scope, deduplicationId, messageId, now + DEDUPLICATION_MS).lastInsertRowid)
            : Number(known.sequence);
        return {
          messageId,
          sequence,
          sequenceNumber: String(FIRST_SEQUENCE + BigInt(sequence)),
          published: known?.published === 1,
        };
      }),
    /** For a transaction of the outbox. */
    markPublished(sequence: number) {
      mark.run(sequence);
    },
    forget: async (now: number): Promise<void> => {
      await tables.write(() => forget.run(now));
    },
  };
}
