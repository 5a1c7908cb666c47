import type { Suppression } from "../alarm.ts";
import type { StateValue } from "../evaluation/settings.ts";

/** How an alarm's actions are held back by another alarm: its suppressor. Periods are seconds. */
export interface SuppressorSettings {
  readonly wait: number;
  readonly extension: number;
}

/** What a step came to: how actions are held back from now on, and whether those of the current state run now. */
export interface SuppressionStep {
  readonly suppression: Suppression | undefined;
  readonly act: boolean;
}

/**
 * The composite alarm has changed its state (user guide, "Composite alarm action suppression"). With the suppressor in ALARM
 * its actions wait for that to end; else they wait for the suppressor to go there, anew with each change.
 */
export function onChange(
  current: Suppression | undefined,
  settings: SuppressorSettings,
  suppressorInAlarm: boolean,
  previous: StateValue,
  now: number,
): SuppressionStep {
  const acted = current?.acted ?? previous;
  if (suppressorInAlarm) return { suppression: { by: "Alarm", acted }, act: false };
  if (settings.wait === 0) return { suppression: undefined, act: true };
  return { suppression: { by: "WaitPeriod", until: now + settings.wait * 1_000, acted }, act: false };
}

/** The suppressor has entered ALARM, or left it. */
export function onSuppressor(
  current: Suppression | undefined,
  settings: SuppressorSettings,
  suppressorInAlarm: boolean,
  state: StateValue,
  now: number,
): SuppressionStep {
  if (suppressorInAlarm) return { suppression: { by: "Alarm", acted: current?.acted ?? state }, act: false };
  if (current?.by !== "Alarm") return { suppression: current, act: false };
  const extended: Suppression = {
    by: "ExtensionPeriod",
    until: now + settings.extension * 1_000,
    acted: current.acted,
  };
  return onTime(extended, state, now);
}

/**
 * Time has passed. When a period is over the actions of the current state run, unless they are the ones that ran last: then
 * nothing has changed for those who are told.
 */
export function onTime(current: Suppression | undefined, state: StateValue, now: number): SuppressionStep {
  if (current?.until === undefined || current.until > now) return { suppression: current, act: false };
  return { suppression: undefined, act: current.acted !== state };
}

/** How a suppression is shown, in the API's names or in those of events. */
export function suppressionMembers(suppression: Suppression | undefined, form: "api" | "event"): object {
  if (suppression === undefined) return {};
  const reason = `Actions suppressed by ${suppression.by}`;
  return form === "api"
    ? { ActionsSuppressedBy: suppression.by, ActionsSuppressedReason: reason }
    : { actionsSuppressedBy: suppression.by, actionsSuppressedReason: reason };
}
