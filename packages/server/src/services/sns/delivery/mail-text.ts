import type { Mail } from "../../../platform/mail/mail.ts";
import { confirmPageUrl, unsubscribePageUrl } from "./links.ts";
import { messageFor, type OutgoingBody, type OutgoingTarget } from "./outgoing-message.ts";

export interface MailParts {
  readonly body: OutgoingBody;
  readonly target: OutgoingTarget;
  readonly publicUrl: string;
  /** What `email-json` gets: the signed document. */
  readonly envelope: string | undefined;
  readonly picture: Uint8Array | undefined;
  readonly deliveryId: number;
}

const NO_REPLY = "Please do not reply directly to this email.";

/** The mail of a message, with the subjects and sentences that people know from AWS. */
export function composeMail({ body, target, publicUrl, envelope, picture, deliveryId }: MailParts): Mail {
  const mail = { to: target.endpoint, id: `${body.messageId}.${deliveryId}` };
  if (body.type === "Notification") {
    const subject = body.subject ?? "AWS Notification Message";
    if (envelope !== undefined) return { ...mail, subject, text: `${envelope}\n` };
    const message = messageFor(body, target.protocol);
    const leave = unsubscribePageUrl(publicUrl, target.subscription, target.endpoint);
    const text = `${message}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n${leave}\n\n${NO_REPLY}\n`;
    return {
      ...mail,
      subject,
      text,
      unsubscribeUrl: leave,
      ...(picture !== undefined && {
        html: withPicture(message, leave),
        attachments: [{ fileName: "graph.png", contentType: "image/png", content: picture, contentId: GRAPH_ID }],
      }),
    };
  }
  const link = confirmPageUrl(publicUrl, body.topicArn, body.token, target.endpoint);
  if (body.type === "SubscriptionConfirmation") {
    const subject = "AWS Notification - Subscription Confirmation";
    const text =
      envelope ??
      `You have chosen to subscribe to the topic:\n${body.topicArn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${link}\n\n${NO_REPLY}`;
    return { ...mail, subject, text: `${text}\n` };
  }
  const text =
    envelope ??
    `Your subscription to the topic below has been deactivated:\n${body.topicArn}\n\nIf this was in error or you wish to resubscribe, click or visit the link below:\n${link}\n\n${NO_REPLY}`;
  return { ...mail, subject: "AWS Notification - Unsubscribe Confirmation", text: `${text}\n` };
}

const GRAPH_ID = "graph@nephoscope";

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** The text as it is, with its graph below. */
const withPicture = (text: string, leave: string): string => `<!doctype html>
<html><body style="font-family: sans-serif">
<pre style="white-space: pre-wrap; font-family: inherit">${escapeHtml(text)}</pre>
<p><img src="cid:${GRAPH_ID}" alt="Graph of the metric" style="max-width: 100%"></p>
<hr>
<p>If you wish to stop receiving notifications from this topic, please <a href="${escapeHtml(leave)}">unsubscribe</a>.</p>
<p>${NO_REPLY}</p>
</body></html>
`;
