import { createTransport } from "nodemailer";
import { compose } from "./compose.ts";
import { type Mailer, MailNotSent } from "./mail.ts";

export interface SmtpSettings {
  /** `smtp://user:password@host:port` (STARTTLS when the server offers it) or `smtps://…` (TLS from the start). */
  readonly url: string;
  /** The sender, such as `AWS Notifications <no-reply@example.org>`. */
  readonly from: string;
}

/** Most connections to the mail server, and mails waiting for one are the outbox's affair. */
const CONNECTIONS = 4;
/** A mail server that says nothing for so long is away; the outbox tries again. */
const SILENCE_MS = 30_000;

/** Hands mails to a mail server over SMTP. */
export function smtpMailer({ url, from }: SmtpSettings): Mailer {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const secure = protocol === "smtps:";
  const local = isOnThisMachine(hostname);
  // Who asks for TLS, or sends a password, wants to know to whom. STARTTLS without either is a gain over plain text in any case:
  // refusing a mail server's self-made certificate there would only keep the mail back. `?verify=no` or `yes` decides otherwise.
  const wanted = searchParams.get("verify");
  const verify = wanted === null ? (secure || username !== "") && !local : wanted !== "no";
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 25) : Number(port),
    secure,
    ...(username !== "" && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    // A password must not go over a line that anybody can read, unless it stays on this machine.
    requireTLS: !secure && username !== "" && !local,
    tls: { rejectUnauthorized: verify },
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  });
  return {
    description: `${protocol}//${hostname}${port === "" ? "" : `:${port}`}`,
    async send(mail) {
      const composed = compose(mail, from);
      try {
        await transport.sendMail(composed);
      } catch (error) {
        throw notSent(error);
      }
    },
    close: () => transport.close(),
  };
}

const isOnThisMachine = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

/** A 5xx about this mail is final. One at sign-in is the operator's to mend: the mail waits. */
function notSent(error: unknown): MailNotSent {
  const message = error instanceof Error ? error.message : String(error);
  const { responseCode, code } = (error ?? {}) as { responseCode?: unknown; code?: unknown };
  const refused = typeof responseCode === "number" && responseCode >= 500;
  const final = refused && code !== "EAUTH" && code !== "ECONNECTION" && code !== "ETLS";
  return new MailNotSent(message, { final, cause: error });
}
