import { timeOrderedId } from "../../../platform/time-ordered-id.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { countChange, countResources } from "../resource-count.ts";
import { checkTags } from "../tags/check-tags.ts";
import { checkRole, firstTime, readSettings } from "./read-settings.ts";
import {
  dueChanges,
  MAX_SCHEDULED_QUERIES,
  SCHEDULED_QUERY_KIND,
  type ScheduledQuery,
  scheduledQueryArn,
  scheduledQueryRef,
} from "./scheduled-query.ts";

export const createScheduledQuery: LogsOperation<"CreateScheduledQuery"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { name } = input;
  checkTags(input.tags ?? {}, call);
  const settings = readSettings(input, call);
  checkRole(settings, name, call, deps);
  const now = clock.now();
  const next = firstTime(settings, now, now, call);
  const document: ScheduledQuery = {
    ...settings,
    id: timeOrderedId(now),
    tags: { ...input.tags },
    creationTime: now,
    lastUpdatedTime: now,
    ...(next !== undefined && { nextTime: next }),
  };
  const ref = scheduledQueryRef(call, name);
  await againOnConflict(call, () => {
    if (state.get(ref) !== undefined) {
      throw call.error("ConflictException", `A scheduled query with the name ${name} already exists.`);
    }
    if (countResources(state, call, SCHEDULED_QUERY_KIND) >= MAX_SCHEDULED_QUERIES) {
      throw call.error(
        "ServiceQuotaExceededException",
        `An account can have at most ${MAX_SCHEDULED_QUERIES} scheduled queries in a Region.`,
      );
    }
    return state.commit({
      cause: causeOf(call),
      changes: [
        { put: ref, document, expect: "absent" },
        countChange(state, call, SCHEDULED_QUERY_KIND, 1),
        ...dueChanges(call, name, undefined, next),
      ],
    });
  });
  return { scheduledQueryArn: scheduledQueryArn(call, name), state: settings.state };
};
