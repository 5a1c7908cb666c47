import type { Principal } from "@nephoscope/wire";
import { EVERYTHING, withOwnPolicies } from "../../../platform/access/requester.ts";
import type { Keys, KeyUser } from "../../../platform/keys/keys.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { NotificationBody, OutgoingBody } from "../delivery/outgoing-message.ts";
import { arnOfTopic, type Topic } from "../topics/topic.ts";

/** A notification as it waits in the outbox when its topic has a KMS key. */
export interface SealedNotification {
  readonly type: "Notification";
  readonly messageId: string;
  readonly topicArn: string;
  /** Base64. */
  readonly sealed: string;
  /** Who published it. */
  readonly publisher: Pick<Principal, "type" | "arn" | "principalId">;
  readonly publisherAccount: string;
}

/** Who publishes: an account's principal, or a service such as `cloudwatch.amazonaws.com`. */
export type PublishUser = Pick<KeyUser, "principal" | "account" | "requestId">;

/** Encryption of messages where they wait (SNS developer guide, "Securing Amazon SNS data with server-side encryption"). */
export interface SealedMessages {
  /** As it is to be kept. A publisher needs the rights `kms:GenerateDataKey` and `kms:Decrypt`. Rejects with KeyRefused. */
  seal(
    topic: Resource<Topic>,
    user: PublishUser,
    body: NotificationBody,
  ): Promise<NotificationBody | SealedNotification>;
  /** Rejects with KeyRefused, such as while the key is disabled. */
  open(kept: OutgoingBody | SealedNotification): Promise<OutgoingBody>;
}

const isSealed = (kept: OutgoingBody | SealedNotification): kept is SealedNotification => "sealed" in kept;

export function sealedMessages(keys: Keys): SealedMessages {
  const userOf = (topicArn: string, { principal, account, requestId }: PublishUser): KeyUser => {
    const [, , , region = ""] = topicArn.split(":");
    const who = { principal, account, region, service: "sns", sourceArn: topicArn };
    return requestId === undefined ? who : { ...who, requestId };
  };
  const context = (topicArn: string) => ({ "aws:sns:topicArn": topicArn });
  return {
    async seal(topic, publisher, body) {
      const topicArn = arnOfTopic(topic);
      const name = keyName(topic);
      if (name === undefined) return body;
      const user = userOf(topicArn, publisher);
      const key = await keys.usable(user, name, context(topicArn));
      const sealed = await keys.encrypt(user, key, Buffer.from(JSON.stringify(body)), context(topicArn));
      const { type, arn, principalId } = publisher.principal;
      return {
        type: "Notification",
        messageId: body.messageId,
        topicArn,
        sealed: sealed.toString("base64"),
        publisher: { type, arn, principalId },
        publisherAccount: publisher.account,
      };
    },
    async open(kept) {
      if (!isSealed(kept)) return kept;
      const { topicArn, publisher, publisherAccount: account } = kept;
      // The right was proved when it was published: as on AWS the service goes on with it, as long as the key lets the publisher.
      const principal = publisher.type === "AWSService" ? publisher : withOwnPolicies(publisher, account, EVERYTHING);
      const user = userOf(topicArn, { principal, account });
      const opened = await keys.decrypt(user, Buffer.from(kept.sealed, "base64"), context(topicArn));
      const body: NotificationBody = JSON.parse(opened.toString());
      return body;
    },
  };
}

/** A bare id or alias is one of the topic's account. */
function keyName({ ref, document }: Resource<Topic>): string | undefined {
  const name = document.attributes.KmsMasterKeyId ?? "";
  if (name === "" || name.startsWith("arn:")) return name === "" ? undefined : name;
  return `arn:aws:kms:${ref.region}:${ref.account}:${name.startsWith("alias/") ? name : `key/${name}`}`;
}
