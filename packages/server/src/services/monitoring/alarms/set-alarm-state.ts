import { alarmReference } from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { MonitoringDeps, MonitoringOperation } from "../operation.ts";
import { type Alarm, findAlarm } from "./alarm.ts";
import { onChange } from "./composite/suppression.ts";
import type { StateValue } from "./evaluation/settings.ts";
import { changeCondition } from "./transition.ts";

/**
 * Puts an alarm into a state for a while: a metric alarm is back in its own with its next evaluation, a composite alarm when
 * one of its children changes.
 */
export const setAlarmState: MonitoringOperation<"SetAlarmState"> = async (input, call, deps) => {
  const { state, clock, alarms } = deps;
  if (input.StateReasonData !== undefined && !isJson(input.StateReasonData)) {
    throw call.error("InvalidFormatFault", "StateReasonData was not valid JSON.");
  }
  await againOnConflict(call, async () => {
    const found = findAlarm(state, call, input.AlarmName);
    if (found === undefined) throw call.error("ResourceNotFound", "");
    const condition = { value: input.StateValue, reason: input.StateReason, reasonData: input.StateReasonData };
    const now = clock.now();
    const parts = changeCondition(
      alarms.tools,
      found,
      condition,
      now,
      suppressionOf(found, input.StateValue, now, deps),
    );
    await state.commit({ cause: causeOf(call), ...parts });
  });
  await alarms.settled();
  return {};
};

function suppressionOf({ ref, document }: Resource<Alarm>, value: StateValue, now: number, { alarms }: MonitoringDeps) {
  if (document.type !== "CompositeAlarm") return {};
  const { suppressor, suppression, condition } = document;
  if (suppressor === undefined || value === condition.value) return { suppression: { suppression, act: true } };
  const inAlarm = alarms.book.get(ref, alarmReference(suppressor.alarm).name)?.condition.value === "ALARM";
  return { suppression: onChange(suppression, suppressor, inAlarm, condition.value, now) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
