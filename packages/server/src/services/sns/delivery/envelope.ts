import { certificateUrl, confirmUrl, unsubscribeUrl } from "./links.ts";
import { messageFor, type NotificationBody, type OutgoingBody, type OutgoingTarget } from "./outgoing-message.ts";
import type { Signer } from "./signing.ts";

export interface EnvelopeParts {
  readonly signer: Signer;
  readonly publicUrl: () => string;
}

/** The parts of a message that the signature covers, in their order (developer guide, "Verifying the signatures …"). */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;

/** The JSON document that webhooks, queues and `email-json` get, signed. */
export async function writeEnvelope(
  { signer, publicUrl }: EnvelopeParts,
  body: OutgoingBody,
  target: OutgoingTarget,
  version: "1" | "2",
): Promise<string> {
  const fields =
    body.type === "Notification" ? notificationFields(body, target) : confirmationFields(body, publicUrl());
  const text = SIGNED[body.type]
    .flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`]))
    .join("");
  const { signature, certificateId } = await signer.sign(text, version);
  return layOut({
    ...fields,
    SignatureVersion: version,
    Signature: signature,
    SigningCertURL: certificateUrl(publicUrl(), certificateId),
    ...(body.type === "Notification" && { UnsubscribeURL: unsubscribeUrl(publicUrl(), target.subscription) }),
    ...(body.type === "Notification" && attributesOf(body)),
  });
}

type Fields = Record<string, string | undefined>;

function notificationFields(body: NotificationBody, target: OutgoingTarget): Fields {
  return {
    Type: "Notification",
    MessageId: body.messageId,
    SequenceNumber: body.sequenceNumber,
    TopicArn: body.topicArn,
    Subject: body.subject,
    Message: messageFor(body, target.protocol),
    Timestamp: new Date(body.at).toISOString(),
  };
}

function confirmationFields(body: Exclude<OutgoingBody, NotificationBody>, publicUrl: string): Fields {
  const Message =
    body.type === "SubscriptionConfirmation"
      ? `You have chosen to subscribe to the topic ${body.topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription to the topic ${body.topicArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  return {
    Type: body.type,
    MessageId: body.messageId,
    Token: body.token,
    TopicArn: body.topicArn,
    Message,
    SubscribeURL: confirmUrl(publicUrl, body.topicArn, body.token),
    Timestamp: new Date(body.at).toISOString(),
  };
}

function attributesOf({ attributes }: NotificationBody): { MessageAttributes?: object } {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return {};
  return {
    MessageAttributes: Object.fromEntries(
      entries.map(([name, { dataType, value }]) => [name, { Type: dataType, Value: value }]),
    ),
  };
}

/** As SNS lays it out: a member a line, blanks around the colons. Some receivers look for that with regular expressions. */
function layOut(members: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(members).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = typeof value === "object" ? `{\n${nested(value as object)}\n  }` : JSON.stringify(value);
    return [`  ${JSON.stringify(name)} : ${text}`];
  });
  return `{\n${lines.join(",\n")}\n}`;
}

const nested = (value: object): string =>
  Object.entries(value)
    .map(
      ([name, { Type, Value }]) =>
        `    ${JSON.stringify(name)} : {"Type":${JSON.stringify(Type)},"Value":${JSON.stringify(Value)}}`,
    )
    .join(",\n");
