import { createHash } from "node:crypto";
import type { ServiceAct } from "../../platform/access/acts-of-services.ts";
import { servicePrincipal } from "../../platform/access/authority.ts";
import { NotDelivered, type NotificationTarget } from "../../platform/notifications/notification.ts";
import type { SnsDeps } from "./operation.ts";
import { findTopic, parseTopicArn } from "./topics/topic.ts";

/** Topics as targets of notifications, such as an alarm's change of state. */
export function topicsAsTargets(
  { state, publisher }: Pick<SnsDeps, "state" | "publisher">,
  mayAct: (act: ServiceAct) => boolean,
): NotificationTarget {
  return {
    name: "SNS topic",
    takes: (arn) => parseTopicArn(arn) !== undefined,
    async deliver(arn, notification) {
      const topic = findTopic(state, arn);
      if (topic === undefined) throw new NotDelivered("Topic does not exist", { final: true });
      const { principal: service, sourceArn, account: sourceAccount } = notification;
      const owner = topic.ref.account;
      const policy = topic.document.attributes.Policy;
      if (!mayAct({ service, sourceArn, sourceAccount, action: "SNS:Publish", resource: arn, owner, policy })) {
        throw new NotDelivered(
          `Resource: ${notification.principal} is not authorized to perform: SNS:Publish on resource: ${arn}`,
          { final: true },
        );
      }
      if (arn.endsWith(".fifo"))
        throw new NotDelivered("Alarms and other notifications can't go to FIFO topics", { final: true });
      const { id, subject, message, mail, sms, graph } = notification;
      await publisher.publish(
        topic,
        {
          subject,
          message,
          forProtocol: { email: mail, ...(sms !== undefined && { sms }) },
          attributes: {},
          ...(graph !== undefined && { graph }),
        },
        { principal: servicePrincipal(service), account: owner },
        // The same notification has the same message id, so a second attempt is known while the first one waits.
        messageIdOf(`${id} ${arn}`),
      );
    },
  };
}

/** A UUID (RFC 9562, version 8: of one's own making) from a text. */
function messageIdOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
