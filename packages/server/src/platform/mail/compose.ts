import type { SendMailOptions } from "nodemailer";
import { isMailAddress, type Mail, MailNotSent } from "./mail.ts";

/** A line of a header: control characters would end it or confuse a terminal. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

/** A mail as nodemailer takes it. Everything that goes into a header is checked here, whoever made the mail. */
export function compose(mail: Mail, from: string): SendMailOptions {
  if (!isMailAddress(mail.to)) throw new MailNotSent(`${JSON.stringify(mail.to)} is no mail address`, { final: true });
  if (!/^[A-Za-z0-9.-]{1,200}$/.test(mail.id)) throw new Error(`not an id of a mail: ${JSON.stringify(mail.id)}`);
  const domain = from.slice(from.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.-]/g, "");
  return {
    from: oneLine(from),
    // Given as parts, so that nothing in it is read as a list of addresses.
    to: { name: "", address: mail.to },
    subject: oneLine(mail.subject),
    text: mail.text,
    ...(mail.html !== undefined && { html: mail.html }),
    messageId: `<${mail.id}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    ...(mail.unsubscribeUrl !== undefined && { list: { unsubscribe: new URL(mail.unsubscribeUrl).href } }),
    attachments: (mail.attachments ?? []).map(({ fileName, contentType, content, contentId }) => ({
      filename: oneLine(fileName),
      contentType,
      content: Buffer.from(content),
      ...(contentId !== undefined && { cid: contentId, contentDisposition: "inline" as const }),
    })),
    // Text of users is content, never the path of a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
