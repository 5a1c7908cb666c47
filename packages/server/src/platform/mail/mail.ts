/** One mail to one person. Text of users may stand in `subject` and `text`: neither can become a header or a second mail. */
export interface Mail {
  /** A plain address, as `isMailAddress` takes it. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Where the reader's program finds the way to leave (RFC 2369). */
  readonly unsubscribeUrl?: string;
  /** The same at every try, so that a reader's program can tell a second copy: letters, digits, `-`, `.`. */
  readonly id: string;
  readonly attachments?: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly fileName: string;
  /** Such as `image/png`. */
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Shown inside the HTML as `cid:<contentId>`, in place of standing beside it. */
  readonly contentId?: string;
}

export interface Mailer {
  /** Where mails go, for people; without secrets. */
  readonly description: string;
  /** Resolves when the mail server has the mail, or it is in the mail outbox. Rejects with `MailNotSent`. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** Why a mail did not go. */
export class MailNotSent extends Error {
  override readonly name = "MailNotSent";
  /** The mail server refused it for good (5xx): trying again is of no use. */
  readonly final: boolean;

  constructor(message: string, options: { readonly final: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.final = options.final;
  }
}

/** Local part, `@`, and a name or `[address]`; nothing that means something to a header or to SMTP (RFC 5321, 4.5.3.1: 254). */
const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const LONGEST_ADDRESS = 254;

export const isMailAddress = (text: string): boolean => text.length <= LONGEST_ADDRESS && ADDRESS.test(text);
