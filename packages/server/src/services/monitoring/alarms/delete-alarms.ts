import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { MonitoringCall, MonitoringDeps, MonitoringOperation } from "../operation.ts";
import { type Alarm, alarmArn, alarmRef, findAlarm } from "./alarm.ts";
import { configurationItem, historyChanges } from "./history/history-item.ts";
import { configurationChangeDetail } from "./notify/event-document.ts";
import { validationError } from "./refusals.ts";

/** Names that no alarm has are left out; all that are found go together or none does. Their history stays. */
export const deleteAlarms: MonitoringOperation<"DeleteAlarms"> = async (input, call, deps) => {
  await againOnConflict(call, async () => {
    const names = [...new Set(input.AlarmNames)];
    const found = names.flatMap((name) => findAlarm(deps.state, call, name) ?? []);
    if (found.filter(({ document }) => document.type === "CompositeAlarm").length > 1) {
      throw validationError("You cannot delete more than one composite alarm in one operation.");
    }
    refuseNeeded(found, call, deps);
    const { tools } = deps.alarms;
    const now = deps.clock.now();
    await deps.state.commit({
      cause: causeOf(call),
      changes: found.flatMap(({ ref, version, document }) => [
        { remove: alarmRef(call, ref.key), expect: version },
        ...historyChanges(call, ref.key, tools.newId(), configurationItem(ref.key, "Delete", document, undefined, now)),
      ]),
      outbox: found.flatMap(({ ref, document }) =>
        tools.events({
          scope: { account: call.account, region: call.region },
          at: now,
          detailType: "CloudWatch Alarm Configuration Change",
          resources: [alarmArn(call, ref.key)],
          detail: configurationChangeDetail(ref.key, "delete", document, undefined),
        }),
      ),
    });
  });
  return {};
};

/** An alarm that a composite alarm names stays, unless that one goes with it. */
function refuseNeeded(
  found: readonly Resource<Alarm>[],
  call: MonitoringCall,
  { alarms: { book } }: MonitoringDeps,
): void {
  const going = new Set(found.map(({ ref }) => ref.key));
  const needed = found
    .map(({ ref }) => ref.key)
    .filter((name) =>
      [...book.parentsOf(call, name), ...book.suppressedBy(call, name)].some((other) => !going.has(other)),
    );
  if (needed.length === 0) return;
  throw validationError(
    `Cannot delete ${needed.join(",")} as there are composite alarm(s) depending on ${needed.length === 1 ? "it" : "them"}.`,
  );
}
