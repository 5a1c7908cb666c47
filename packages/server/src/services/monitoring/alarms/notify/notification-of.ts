import type { Notification } from "../../../../platform/notifications/notification.ts";
import { alarmArn } from "../alarm.ts";
import { functionEvent } from "./event-document.ts";
import { graphWidget } from "./graph.ts";
import type { Happening } from "./happening.ts";
import { mailText } from "./mail-text.ts";
import { snsMessage, subjectOf } from "./sns-message.ts";

/** Telephones show so much of an alarm's name (published text messages). */
const SMS_LENGTH = 140;

/** Everything that the targets of an alarm's actions need to tell. */
export function notificationOf(id: string, happening: Happening): Notification {
  const { scope, name, alarm } = happening;
  const subject = subjectOf(happening);
  const graph = graphWidget(happening);
  return {
    id,
    ...scope,
    principal: "cloudwatch.amazonaws.com",
    sourceArn: alarmArn(scope, name),
    at: alarm.condition.updatedAt,
    subject,
    message: snsMessage(happening),
    mail: mailText(happening),
    sms: subject.slice(0, SMS_LENGTH),
    event: functionEvent(happening),
    ...(graph !== undefined && { graph }),
  };
}
