import type { NotificationTargets } from "../../../platform/notifications/notification.ts";
import type { AlarmBook } from "./alarm-book.ts";
import type { MuteBook } from "./mute-rules/mute-book.ts";
import type { TransitionTools } from "./transition.ts";

/** What the operations on alarms work with, beside what all of CloudWatch has. */
export interface AlarmParts {
  readonly book: AlarmBook;
  readonly mutes: MuteBook;
  readonly targets: NotificationTargets;
  readonly tools: TransitionTools;
  /** Runs the actions that mute rules held back and hold back no more. */
  releaseMuted(): Promise<void>;
  /** Resolves when every composite alarm that depends on what was committed so far has its state. */
  settled(): Promise<void>;
}
