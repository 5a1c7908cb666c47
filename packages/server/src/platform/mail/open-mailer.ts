import type { Clock } from "../clock/clock.ts";
import type { Log } from "../log/log.ts";
import type { DurableTables } from "../sqlite/durable-tables.ts";
import type { Mailer } from "./mail.ts";
import { openMailOutbox } from "./mail-outbox.ts";
import { smtpMailer } from "./smtp-mailer.ts";

/** Where mails go, as settings say. */
export interface MailSettings {
  /** Undefined keeps mails in the outbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
}

/** The mail server of the settings, or the mail outbox; the log says which. */
export function openMailer({ smtpUrl, mailFrom }: MailSettings, tables: DurableTables, clock: Clock, log: Log): Mailer {
  const mailer =
    smtpUrl === undefined ? openMailOutbox(tables, clock, mailFrom) : smtpMailer({ url: smtpUrl, from: mailFrom });
  if (smtpUrl !== undefined) log("info", "mails go to the mail server", { server: mailer.description });
  else {
    log("warn", "no mail server is set: mails are kept in the outbox and go to nobody", {
      show: "nephoscope outbox",
      set: "NEPHOSCOPE_SMTP_URL",
    });
  }
  return mailer;
}
