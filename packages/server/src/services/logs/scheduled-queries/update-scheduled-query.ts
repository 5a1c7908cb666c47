import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { describe } from "./get-scheduled-query.ts";
import { checkRole, firstTime, readSettings } from "./read-settings.ts";
import { dueChanges, requireScheduledQuery, type ScheduledQuery } from "./scheduled-query.ts";

export const updateScheduledQuery: LogsOperation<"UpdateScheduledQuery"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const settings = readSettings(input, call);
  const changed = await againOnConflict(call, async () => {
    const found = requireScheduledQuery(state, call, input.identifier);
    checkRole(settings, found.ref.key, call, deps);
    const { id, tags, creationTime, lastTriggeredTime, nextTime: before } = found.document;
    const now = clock.now();
    const next = firstTime(settings, creationTime, now, call);
    const document: ScheduledQuery = {
      ...settings,
      id,
      tags,
      creationTime,
      lastUpdatedTime: now,
      ...(lastTriggeredTime !== undefined && { lastTriggeredTime }),
      ...(next !== undefined && { nextTime: next }),
    };
    await state.commit({
      cause: causeOf(call),
      changes: [{ put: found.ref, document, expect: found.version }, ...dueChanges(call, found.ref.key, before, next)],
    });
    return { name: found.ref.key, document };
  });
  return describe(changed.name, changed.document, call, deps);
};
