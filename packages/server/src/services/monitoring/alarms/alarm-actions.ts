import { againOnConflict } from "../commit.ts";
import type { MonitoringCall, MonitoringDeps, MonitoringOperation } from "../operation.ts";
import { findAlarm } from "./alarm.ts";
import { commitConfiguration } from "./put-alarm.ts";

export const enableAlarmActions: MonitoringOperation<"EnableAlarmActions"> = async (input, call, deps) => {
  await setActionsEnabled(input.AlarmNames, true, call, deps);
  return {};
};

export const disableAlarmActions: MonitoringOperation<"DisableAlarmActions"> = async (input, call, deps) => {
  await setActionsEnabled(input.AlarmNames, false, call, deps);
  return {};
};

/** Names that no alarm has are left out. */
async function setActionsEnabled(
  names: readonly string[],
  actionsEnabled: boolean,
  call: MonitoringCall,
  deps: MonitoringDeps,
): Promise<void> {
  const change = (name: string) =>
    againOnConflict(call, async () => {
      const found = findAlarm(deps.state, call, name);
      if (found === undefined || found.document.actionsEnabled === actionsEnabled) return;
      await commitConfiguration(deps, call, name, found, { ...found.document, actionsEnabled }, deps.clock.now());
    });
  await Promise.all([...new Set(names)].map(change));
}
