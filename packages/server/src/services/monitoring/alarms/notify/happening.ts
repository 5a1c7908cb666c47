import type { Alarm, Condition, Scope } from "../alarm.ts";

export interface AlarmContributorName {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What happened to an alarm and is to be told: all that messages are made from. */
export interface Happening {
  readonly scope: Scope;
  readonly name: string;
  /** The alarm as it is now, in its new condition. */
  readonly alarm: Alarm;
  readonly previous: Condition;
  /** The alarm as it was before, where the message shows how its actions were held back. */
  readonly before: Alarm;
  /** The series of a query that groups to which it happened; `alarm` and `previous` then have its condition. */
  readonly contributor?: AlarmContributorName;
  /** A mute rule held the actions back until now. */
  readonly afterMuteWindow: boolean;
}
