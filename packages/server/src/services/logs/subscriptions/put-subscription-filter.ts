import { randomUUID } from "node:crypto";
import { FilterPatternError } from "@nephoscope/languages";
import { againOnConflict, causeOf } from "../commit.ts";
import { refusedPattern } from "../events/filter-log-events.ts";
import { requireReadable } from "../groups/group-key.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { logGroupArn, whileGroupLives } from "../groups/log-group.ts";
import type { LogsCall, LogsDeps, LogsInput, LogsOperation } from "../operation.ts";
import { compileSubscription, SubscriptionRefused } from "./compile-subscription.ts";
import { requireDestination } from "./probe-destination.ts";
import {
  findGroupSubscriptions,
  type GroupSubscriptions,
  groupSubscriptionsRef,
  type SubscriptionFilter,
  subscriptionFilterRef,
} from "./subscription-filter.ts";

/** Most patterns of a log group that hold a regular expression (user guide, "Filter pattern syntax"). */
const MAX_REGEX_FILTERS = 5;

export const putSubscriptionFilter: LogsOperation<"PutSubscriptionFilter"> = async (input, call, deps) => {
  const { state, keys, sequence, clock } = deps;
  const { filterName: name } = input;
  if (!name.isWellFormed()) {
    throw call.error("InvalidParameterException", "The subscription filter name must be valid Unicode text.");
  }
  if (input.applyOnTransformedLogs === true) {
    throw call.error(
      "InvalidParameterException",
      "applyOnTransformedLogs needs a log transformer, and log transformers are not supported.",
    );
  }
  const group = () => {
    const found = requireLogGroup(state, call, { logGroupName: input.logGroupName });
    if (found.document.logGroupClass !== "STANDARD") {
      throw call.error(
        "InvalidOperationException",
        `Subscription filters are not supported for log groups of class ${found.document.logGroupClass}.`,
      );
    }
    return found;
  };
  const found = group();
  // What it sends on can be read where it arrives.
  requireReadable({ keys }, call, found);
  const settings = settingsOf(input);
  const { regex } = compile(settings, call);
  const ref = (groupId: number) => subscriptionFilterRef(groupId, name);
  const filters = (groupId: number, id: string) => {
    const all = findGroupSubscriptions(state, groupId);
    const together = { ...all?.document.filters, [name]: { id, regex } };
    checkQuotas(together, call, deps);
    return { together, version: all?.version ?? ("absent" as const) };
  };
  // Before anything is sent to the destination.
  filters(found.document.groupId, "");
  await requireDestination(deps, call, input.destinationArn, input.roleArn, logGroupArn(call, found.ref.key));

  const id = randomUUID();
  const since = sequence.next(1).toString();
  await againOnConflict(call, () => {
    const now = group();
    const { groupId } = now.document;
    const before = state.get<SubscriptionFilter>(ref(groupId));
    // A filter that is changed goes on where it is.
    const same = before?.document ?? { id, since, creationTime: clock.now() };
    const { together, version } = filters(groupId, same.id);
    const document: SubscriptionFilter = {
      ...settings,
      id: same.id,
      groupId,
      name,
      since: same.since,
      creationTime: same.creationTime,
    };
    const all: GroupSubscriptions = { account: call.account, region: call.region, filters: together };
    return state.commit({
      cause: causeOf(call),
      changes: [
        whileGroupLives(now),
        { put: groupSubscriptionsRef(groupId), document: all, expect: version },
        { put: ref(groupId), document, expect: before?.version ?? "absent" },
      ],
    });
  });
  return {};
};

type Settings = Omit<SubscriptionFilter, "id" | "groupId" | "name" | "since" | "creationTime">;

function settingsOf(input: LogsInput<"PutSubscriptionFilter">): Settings {
  const { filterPattern, destinationArn, roleArn, distribution, fieldSelectionCriteria, emitSystemFields } = input;
  return {
    filterPattern,
    destinationArn,
    distribution: distribution ?? "ByLogStream",
    ...(roleArn !== undefined && { roleArn }),
    ...(fieldSelectionCriteria !== undefined && { fieldSelectionCriteria }),
    ...(emitSystemFields !== undefined && { emitSystemFields }),
  };
}

function compile(settings: Settings, call: LogsCall) {
  try {
    return compileSubscription(settings, call);
  } catch (error) {
    if (error instanceof FilterPatternError) throw refusedPattern(error, call);
    if (error instanceof SubscriptionRefused) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
}

function checkQuotas(
  filters: GroupSubscriptions["filters"],
  call: LogsCall,
  { subscriptionFiltersPerGroup }: Pick<LogsDeps, "subscriptionFiltersPerGroup">,
): void {
  const all = Object.values(filters);
  if (all.length > subscriptionFiltersPerGroup) {
    throw call.error(
      "LimitExceededException",
      `Resource limit exceeded. A log group can have at most ${subscriptionFiltersPerGroup} subscription filters.`,
    );
  }
  if (all.filter(({ regex }) => regex).length > MAX_REGEX_FILTERS) {
    throw call.error(
      "LimitExceededException",
      `Resource limit exceeded. A log group can have at most ${MAX_REGEX_FILTERS} filter patterns with regular expressions.`,
    );
  }
}
