import { randomUUID } from "node:crypto";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { Outbox } from "../../../platform/outbox/outbox.ts";
import type { DurableTables } from "../../../platform/sqlite/durable-tables.ts";
import type { Bucket } from "../buckets/bucket.ts";
import type { S3Call } from "../operation.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { type EventCause, eventMessage } from "./event-record.ts";
import { type EventName, rulesFor } from "./notification-rules.ts";

/** Events that wait for the outbox, in the index's file: they are written with what they tell of, in one transaction. */
export const EVENTS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL
  );
`;

/** What the outbox keeps: the message, and for its delivery who tells whom. */
export const EVENT_DELIVERY = "s3-event";
export interface EventBody {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly bucketArn: string;
  readonly at: number;
  readonly message: object;
}

export interface Events {
  /** Within the write that makes it happen. Costs nothing where no rule wants to hear of it. */
  note(event: EventName, bucketName: string, bucket: Bucket, object: EventObject, cause: EventCause): void;
  /** A message of the bucket's own to one target. */
  tell(arn: string, bucketName: string, bucket: Bucket, message: object): Promise<void>;
  /** Hands what waits to the outbox. */
  pump(): Promise<void>;
  /** The outbox, once it is there. */
  through(outbox: Outbox): void;
}

type EventObject = Pick<StoredObject, "key" | "size" | "etag" | "version">;

export const causeOfCall = (call: S3Call): EventCause => ({
  principalId: call.account === "" ? "Anonymous" : `AWS:${call.principal.principalId}`,
  sourceIp: call.sourceIp,
  requestId: call.requestId,
});

/** Handed over in one go. */
const BATCH = 200;

export function openEvents(tables: DurableTables, clock: Clock, log: Log): Events {
  const { db } = tables;
  const insert = db.prepare("INSERT INTO events (id, target, body) VALUES (?, ?, '') RETURNING number");
  const setBody = db.prepare("UPDATE events SET body = ? WHERE number = ?");
  const select = db.prepare("SELECT * FROM events ORDER BY number LIMIT ?");
  const remove = db.prepare("DELETE FROM events WHERE number = ?");
  let outbox: Outbox | undefined;
  let pumping: Promise<void> | undefined;

  const add = (arn: string, bucketName: string, bucket: Bucket, message: (number: number) => object) => {
    const id = randomUUID();
    const number = Number(insert.get(id, arn)?.number);
    const body: EventBody = {
      id,
      account: bucket.account,
      region: bucket.region,
      bucketArn: `arn:aws:s3:::${bucketName}`,
      at: clock.now(),
      message: message(number),
    };
    setBody.run(JSON.stringify(body), number);
  };

  const pumpNow = async () => {
    for (;;) {
      const rows = outbox === undefined ? [] : select.all(BATCH);
      if (rows.length === 0) return;
      for (const row of rows) {
        const arn = String(row.target);
        // The outbox knows an id that it has, so a crash between the two steps delivers nothing twice.
        await outbox?.put({
          id: `s3-${row.id}`,
          body: JSON.parse(String(row.body)) as EventBody,
          deliveries: [{ kind: EVENT_DELIVERY, lane: `s3 ${arn}`, target: { arn } }],
        });
        await tables.write(() => remove.run(Number(row.number)));
      }
    }
  };

  const pump = () => {
    pumping ??= pumpNow().finally(() => {
      pumping = undefined;
    });
    return pumping;
  };
  /** What fails now is tried again by the job. */
  const pumpSoon = () =>
    setImmediate(() => {
      pump().catch((error: unknown) => log("warn", "events of buckets wait", { error }));
    });

  return {
    note(event, bucketName, bucket, object, cause) {
      const rules = rulesFor(bucket.notifications, event, object.key);
      for (const rule of rules)
        add(rule.arn, bucketName, bucket, (number) =>
          eventMessage(rule, { event, bucketName, bucket, object, cause, at: clock.now(), number }),
        );
      if (rules.length > 0) pumpSoon();
    },
    async tell(arn, bucketName, bucket, message) {
      await tables.write(() => add(arn, bucketName, bucket, () => message));
      pumpSoon();
    },
    pump,
    through(given) {
      outbox = given;
      pumpSoon();
    },
  };
}
