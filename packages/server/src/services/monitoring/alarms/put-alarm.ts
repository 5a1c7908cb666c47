import { randomUUID } from "node:crypto";
import type { Tag } from "@aws-sdk/client-cloudwatch";
import { CONTROL } from "../../../platform/metrics/datum-bounds.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { MonitoringCall, MonitoringDeps } from "../operation.ts";
import { type Alarm, alarmArn, alarmRef, findAlarm } from "./alarm.ts";
import { type ActionsInput, readActions } from "./check-actions.ts";
import { configurationItem, historyChanges } from "./history/history-item.ts";
import { configurationChangeDetail } from "./notify/event-document.ts";
import { validationError } from "./refusals.ts";
import { readTags } from "./tags.ts";

/** Alarms of an account in a Region. AWS raises its quota on request; the store and the memory must be bounded. */
export const MAX_ALARMS = 100_000;

interface PutInput extends ActionsInput {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly Tags?: Tag[] | undefined;
}

/** What both kinds of alarms have in common. */
type Common = Omit<Alarm, "type" | "settings" | "rule" | "suppressor" | "suppression">;

/**
 * Creates an alarm, or replaces the configuration of the one of that name: its state, its tags and its id stay. `make` gives the
 * document from what is common and the alarm that is there.
 */
export async function putAlarm(
  input: PutInput,
  call: MonitoringCall,
  deps: MonitoringDeps,
  type: Alarm["type"],
  make: (common: Common, found: Alarm | undefined) => Alarm,
): Promise<void> {
  const { state, clock, alarms } = deps;
  const name = checkName(input.AlarmName);
  const actions = readActions(input, call, alarms.targets);
  const tags = readTags(input.Tags);
  await againOnConflict(call, async () => {
    const found = findAlarm(state, call, name);
    if (found !== undefined && found.document.type !== type) {
      throw validationError(`AlarmName [${name}] is already used by another alarm of a different type`);
    }
    if (found === undefined && alarms.book.count(call) >= MAX_ALARMS) {
      throw call.error("LimitExceededFault", `An account has at most ${MAX_ALARMS} alarms in a Region.`);
    }
    const now = clock.now();
    const before = found?.document;
    const common: Common = {
      id: before?.id ?? randomUUID(),
      ...(input.AlarmDescription !== undefined && { description: input.AlarmDescription }),
      ...actions,
      tags: before?.tags ?? tags,
      configurationUpdatedAt: later(now, before),
      condition: before?.condition ?? {
        value: "INSUFFICIENT_DATA",
        reason: "Unchecked: Initial alarm creation",
        updatedAt: now,
        transitionedAt: now,
      },
      ...(before?.mutedSince !== undefined && { mutedSince: before.mutedSince }),
    };
    const alarm = make(common, before);
    await commitConfiguration(deps, call, name, found, alarm, now);
  });
}

/** Every put moves the time of the configuration, so that whoever holds the alarm in memory sees that it is another. */
function later(now: number, before: Alarm | undefined): number {
  return before === undefined ? now : Math.max(now, before.configurationUpdatedAt + 1);
}

/** Commits an alarm's new document with the line of its history and its event. */
export async function commitConfiguration(
  { state, alarms }: MonitoringDeps,
  call: MonitoringCall,
  name: string,
  found: Resource<Alarm> | undefined,
  alarm: Alarm,
  now: number,
): Promise<void> {
  const before = found?.document;
  const item = configurationItem(name, before === undefined ? "Create" : "Update", alarm, before, now);
  await state.commit({
    cause: causeOf(call),
    changes: [
      { put: alarmRef(call, name), document: alarm, expect: found?.version ?? "absent" },
      ...historyChanges(call, name, alarms.tools.newId(), item),
    ],
    outbox: alarms.tools.events({
      scope: { account: call.account, region: call.region },
      at: now,
      detailType: "CloudWatch Alarm Configuration Change",
      resources: [alarmArn(call, name)],
      detail: configurationChangeDetail(name, before === undefined ? "create" : "update", alarm, before),
    }),
  });
}

function checkName(name: string): string {
  if (CONTROL.test(name)) throw validationError("AlarmName must not contain ASCII Control characters");
  return name;
}
