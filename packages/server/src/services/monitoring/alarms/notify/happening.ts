import type { Alarm, Condition, Scope } from "../alarm.ts";

/** What happened to an alarm and is to be told: all that messages are made from. */
export interface Happening {
  readonly scope: Scope;
  readonly name: string;
  /** The alarm as it is now, in its new condition. */
  readonly alarm: Alarm;
  readonly previous: Condition;
  /** The alarm as it was before, where the message shows how its actions were held back. */
  readonly before: Alarm;
  /** A mute rule held the actions back until now. */
  readonly afterMuteWindow: boolean;
}
