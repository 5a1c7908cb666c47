import type { AlarmType } from "@aws-sdk/client-cloudwatch";
import type { Notification } from "../../../../platform/notifications/notification.ts";
import type { AlarmContributorName } from "../notify/happening.ts";

/** The outbox's queue of actions that alarms have to execute. */
export const ALARM_ACTIONS_QUEUE = "monitoring.alarm-actions";

/** One action to execute, as it waits in the outbox. */
export interface AlarmAction {
  readonly account: string;
  readonly region: string;
  readonly alarm: string;
  readonly alarmType: AlarmType;
  readonly arn: string;
  readonly notification: Notification;
  /** The series of a query that groups that it is about. */
  readonly contributor?: AlarmContributorName;
}
