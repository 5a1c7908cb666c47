import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type KeptMail, keptMails } from "../mail/mail-outbox.ts";
import type { DeliveryRecord } from "./outbox.ts";
import { outboxTables } from "./outbox-tables.ts";

export type { KeptMail } from "../mail/mail-outbox.ts";
export type { DeliveryRecord } from "./outbox.ts";

/** What is in the outbox of a data directory, for people on its machine; the server may run meanwhile. */
export interface OutboxContent {
  /** Newest first: mails that were kept because there is no mail server. */
  readonly mails: readonly KeptMail[];
  /** Soonest first. */
  readonly waiting: readonly DeliveryRecord[];
  /** Newest first. */
  readonly givenUp: readonly DeliveryRecord[];
}

/** The file of the outbox in a data directory. */
export const outboxFile = (data: string): string => join(data, "outbox.db");

/** At most `limit` of each kind. Undefined when the directory has no outbox: no server ever ran on it. */
export function readOutbox(data: string, limit: number): OutboxContent | undefined {
  return reading(data, (db) => {
    const deliveries = outboxTables({ db });
    return {
      mails: keptMails({ db }).list(limit),
      waiting: deliveries.listWaiting(limit),
      givenUp: deliveries.listGivenUp(limit),
    };
  });
}

/** A kept mail as it would have gone out. */
export const readKeptMail = (data: string, id: number): Buffer | undefined =>
  reading(data, (db) => keptMails({ db }).source(id));

function reading<T>(data: string, read: (db: DatabaseSync) => T): T | undefined {
  const file = outboxFile(data);
  if (!existsSync(file)) return undefined;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
