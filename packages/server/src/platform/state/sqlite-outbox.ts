import type { DatabaseSync } from "node:sqlite";
import type { OutboxMessage } from "./state.ts";

/** The outbox: messages to deliver at least once, written in the same commit as what they tell about. */
export function outboxTable(db: DatabaseSync, now: () => number) {
  const insert = db.prepare("INSERT INTO outbox (queue, payload, due_at) VALUES (?, ?, ?)");
  const selectDue = db.prepare(
    "SELECT id, queue, payload, attempts, last_error FROM outbox WHERE queue = ? AND failed_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?",
  );
  const selectFailed = db.prepare(
    "SELECT id, queue, payload, attempts, last_error FROM outbox WHERE queue = ? AND failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT ?",
  );
  const remove = db.prepare("DELETE FROM outbox WHERE id = ?");
  const giveUp = db.prepare("UPDATE outbox SET failed_at = ?, last_error = ?, attempts = attempts + 1 WHERE id = ?");
  const delay = db.prepare("UPDATE outbox SET due_at = ?, last_error = ?, attempts = attempts + 1 WHERE id = ?");

  return {
    add(queue: string, payload: object, dueAt: number) {
      insert.run(queue, JSON.stringify(payload), dueAt);
    },
    due: (queue: string, at: number, limit: number) => selectDue.all(queue, at, limit).map(toMessage),
    undelivered: (queue: string, limit: number) => selectFailed.all(queue, limit).map(toMessage),
    settle(id: number, failure?: string) {
      if (failure === undefined) remove.run(id);
      else giveUp.run(now(), failure, id);
    },
    postpone(id: number, dueAt: number, error: string) {
      delay.run(dueAt, error, id);
    },
  };
}

function toMessage(row: Record<string, unknown>): OutboxMessage {
  return {
    id: Number(row.id),
    queue: String(row.queue),
    payload: JSON.parse(String(row.payload)) as unknown,
    attempts: Number(row.attempts),
    lastError: typeof row.last_error === "string" ? row.last_error : undefined,
  };
}
