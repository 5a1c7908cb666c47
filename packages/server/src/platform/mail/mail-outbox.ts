import { createTransport } from "nodemailer";
import type { Clock } from "../clock/clock.ts";
import type { DurableTables } from "../sqlite/durable-tables.ts";
import { compose } from "./compose.ts";
import type { Mailer } from "./mail.ts";

/** Part of the schema of the file that the mail outbox is in. */
export const MAIL_SCHEMA = `
  CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, source BLOB NOT NULL
  );
`;

/** The newest mails are kept; without a mail server somebody looks at them or nobody does. */
const KEPT_MAILS = 1_000;

export interface KeptMail {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailOutbox extends Mailer {
  /** Newest first. */
  list(limit: number): KeptMail[];
  /** The whole mail as it would have gone out (RFC 5322). */
  source(id: number): Buffer | undefined;
}

/** Reads the mails that are kept, also in a file that is open for reading only. */
export function keptMails({ db }: Pick<DurableTables, "db">): Pick<MailOutbox, "list" | "source"> {
  const list = db.prepare("SELECT id, at, recipient, subject, text FROM mails ORDER BY id DESC LIMIT ?");
  const source = db.prepare("SELECT source FROM mails WHERE id = ?");
  return {
    list: (limit) =>
      list.all(limit).map(({ id, at, recipient, subject, text }) => ({
        id: Number(id),
        at: Number(at),
        to: String(recipient),
        subject: String(subject),
        text: String(text),
      })),
    source(id) {
      const found = source.get(id)?.source;
      return found instanceof Uint8Array ? Buffer.from(found) : undefined;
    },
  };
}

/** Where mails land when there is no mail server: a list that people can read. */
export function openMailOutbox(tables: DurableTables, clock: Clock, from: string): MailOutbox {
  const { db } = tables;
  const insert = db.prepare("INSERT INTO mails (at, recipient, subject, text, source) VALUES (?, ?, ?, ?, ?)");
  const prune = db.prepare("DELETE FROM mails WHERE id <= ?");
  const composer = createTransport({ streamTransport: true, buffer: true });

  return {
    description: "the mail outbox: no mail server is set",
    async send(mail) {
      const { message } = await composer.sendMail(compose(mail, from));
      if (!Buffer.isBuffer(message)) throw new Error("the composed mail is no buffer");
      await tables.write(() => {
        const { lastInsertRowid } = insert.run(clock.now(), mail.to, mail.subject, mail.text, message);
        prune.run(Number(lastInsertRowid) - KEPT_MAILS);
      });
    },
    ...keptMails(tables),
    close: () => composer.close(),
  };
}
