import type { DurableTables } from "../sqlite/durable-tables.ts";
import type { Delivery, DeliveryRecord, NewDelivery } from "./outbox.ts";

/** Part of the schema of the file that the outbox is in. */
export const OUTBOX_SCHEMA = `
  CREATE TABLE IF NOT EXISTS outgoing (id TEXT PRIMARY KEY, body TEXT NOT NULL, deliveries_left INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL, kind TEXT NOT NULL, lane TEXT NOT NULL, ordered INTEGER NOT NULL,
    target TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
    given_up_at INTEGER, last_error TEXT
  );
  CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (lane, due_at, id) WHERE given_up_at IS NULL;
  CREATE INDEX IF NOT EXISTS deliveries_ordered ON deliveries (lane, id) WHERE given_up_at IS NULL;
  CREATE INDEX IF NOT EXISTS deliveries_given_up ON deliveries (given_up_at, id) WHERE given_up_at IS NOT NULL;
`;

/** Given-up deliveries are kept for people to see: the newest of them. */
const KEPT_GIVEN_UP = 1_000;
/** Enough of an error to understand it. */
const LONGEST_ERROR = 1_000;

export interface LaneCount {
  readonly lane: string;
  readonly kind: string;
  readonly ordered: boolean;
  readonly waiting: number;
}

/** The outbox's statements. Those that write are for `DurableTables.write`. */
export function outboxTables({ db }: Pick<DurableTables, "db">) {
  const addMessage = db.prepare("INSERT OR IGNORE INTO outgoing VALUES (?, ?, ?)");
  const addDelivery = db.prepare(
    `INSERT INTO deliveries (message, kind, lane, ordered, target, created_at, due_at, given_up_at, last_error)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const columns =
    "d.id, d.message, d.kind, d.lane, d.target, d.attempts, d.created_at, d.due_at, d.given_up_at, d.last_error";
  const selectDue = db.prepare(
    `SELECT ${columns}, o.body FROM deliveries d JOIN outgoing o ON o.id = d.message
     WHERE d.lane = ? AND d.given_up_at IS NULL AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT ?`,
  );
  const selectHead = db.prepare(
    `SELECT ${columns}, o.body FROM deliveries d JOIN outgoing o ON o.id = d.message
     WHERE d.lane = ? AND d.given_up_at IS NULL ORDER BY d.id LIMIT 1`,
  );
  const selectNext = db.prepare(
    "SELECT min(due_at) AS due FROM deliveries WHERE lane = ? AND given_up_at IS NULL AND due_at > ?",
  );
  const selectLanes = db.prepare(
    "SELECT lane, kind, ordered, count(*) AS waiting FROM deliveries WHERE given_up_at IS NULL GROUP BY lane, kind, ordered",
  );
  const removeDelivery = db.prepare("DELETE FROM deliveries WHERE id = ? RETURNING message");
  const countDown = db.prepare("UPDATE outgoing SET deliveries_left = deliveries_left - 1 WHERE id = ?");
  const removeMessage = db.prepare("DELETE FROM outgoing WHERE id = ? AND deliveries_left <= 0");
  const postpone = db.prepare("UPDATE deliveries SET due_at = ?, attempts = ?, last_error = ? WHERE id = ?");
  const giveUp = db.prepare(
    "UPDATE deliveries SET given_up_at = ?, attempts = attempts + 1, last_error = ? WHERE id = ?",
  );
  const selectOld = db.prepare(
    "SELECT id FROM deliveries WHERE given_up_at IS NOT NULL ORDER BY given_up_at DESC, id DESC LIMIT -1 OFFSET ?",
  );
  db.function("account_of", { deterministic: true }, (lane) => accountOf(String(lane)));
  // The first two parts spare most rows the call: whoever publishes chooses the end of a name, where the account may stand too.
  const ofAccount = "(?1 = '' OR (instr(lane, ':' || ?1 || ':') > 0 AND account_of(lane) = ?1))";
  const listWaiting = db.prepare(
    `SELECT ${columns} FROM deliveries d WHERE given_up_at IS NULL AND ${ofAccount} ORDER BY due_at, id LIMIT ?`,
  );
  const listGivenUp = db.prepare(
    `SELECT ${columns} FROM deliveries d WHERE given_up_at IS NOT NULL AND ${ofAccount}
     ORDER BY given_up_at DESC, id DESC LIMIT ?`,
  );
  const countGivenUp = db.prepare("SELECT count(*) AS n FROM deliveries WHERE given_up_at IS NOT NULL");

  const settle = (id: number) => {
    const message = removeDelivery.get(id)?.message;
    if (typeof message !== "string") return;
    countDown.run(message);
    removeMessage.run(message);
  };

  const list = (statement: typeof listWaiting, limit: number, account = "") =>
    statement.all(account, limit).map(toRecord);

  return {
    /** False when the message is known already. */
    addMessage: (id: string, body: object, deliveries: number) =>
      addMessage.run(id, JSON.stringify(body), deliveries).changes === 1,
    addDelivery(messageId: string, delivery: NewDelivery, now: number, refusal: string | undefined) {
      const { kind, lane, ordered = false, target, dueAt = now } = delivery;
      const refusedAt = refusal === undefined ? null : now;
      addDelivery.run(
        messageId,
        kind,
        lane,
        Number(ordered),
        JSON.stringify(target),
        now,
        dueAt,
        refusedAt,
        refusal ?? null,
      );
    },
    lanes: (): LaneCount[] =>
      selectLanes.all().map(({ lane, kind, ordered, waiting }) => ({
        lane: String(lane),
        kind: String(kind),
        ordered: ordered === 1,
        waiting: Number(waiting),
      })),
    due: (lane: string, now: number, limit: number) => selectDue.all(lane, now, limit).map(toDelivery),
    /** The delivery that an ordered lane has to make first, and when. */
    head(lane: string) {
      const row = selectHead.get(lane);
      return row === undefined ? undefined : { delivery: toDelivery(row), dueAt: Number(row.due_at) };
    },
    nextDue(lane: string, after: number): number {
      const due = selectNext.get(lane, after)?.due;
      return typeof due === "number" ? due : Number.POSITIVE_INFINITY;
    },
    settle,
    postpone(id: number, dueAt: number, attempts: number, reason: string | undefined) {
      postpone.run(dueAt, attempts, reason?.slice(0, LONGEST_ERROR) ?? null, id);
    },
    giveUp(id: number, now: number, reason: string) {
      giveUp.run(now, reason.slice(0, LONGEST_ERROR), id);
      for (const { id: old } of selectOld.all(KEPT_GIVEN_UP)) settle(Number(old));
    },
    listWaiting: (limit: number, account?: string) => list(listWaiting, limit, account),
    listGivenUp: (limit: number, account?: string) => list(listGivenUp, limit, account),
    countGivenUp: () => Number(countGivenUp.get()?.n ?? 0),
  };
}

type Row = Record<string, unknown>;

/** Whose a lane is (see `NewDelivery.lane`); empty for one that names no ARN. */
const accountOf = (lane: string): string => lane.split(" ")[1]?.split(":")[4] ?? "";

function toDelivery(row: Row): Delivery {
  return {
    id: Number(row.id),
    messageId: String(row.message),
    body: JSON.parse(String(row.body)) as unknown,
    target: JSON.parse(String(row.target)) as unknown,
    lane: String(row.lane),
    attempts: Number(row.attempts),
  };
}

function toRecord(row: Row): DeliveryRecord {
  return {
    id: Number(row.id),
    messageId: String(row.message),
    kind: String(row.kind),
    lane: String(row.lane),
    attempts: Number(row.attempts),
    createdAt: Number(row.created_at),
    dueAt: Number(row.due_at),
    givenUpAt: typeof row.given_up_at === "number" ? row.given_up_at : undefined,
    lastError: typeof row.last_error === "string" ? row.last_error : undefined,
  };
}
