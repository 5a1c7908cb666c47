import { nameOfTopic } from "../topics/topic-calls.ts";
import { STATE_TEXTS } from "./alarm-calls.ts";
import type { AlarmAction } from "./alarm-form.ts";

/** Whom an alarm tells in which state. */
export const actionsText = (actions: readonly AlarmAction[]): string =>
  actions.length === 0
    ? "None"
    : actions.map(({ state, arn }) => `${STATE_TEXTS[state].text}: ${nameOfTopic(arn)}`).join(", ");
