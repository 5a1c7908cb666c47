import type { AlarmMuteRuleStatus } from "@aws-sdk/client-cloudwatch";
import type { Resource } from "../../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../../commit.ts";
import type { MonitoringCall, MonitoringDeps, MonitoringOperation } from "../../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { validationError } from "../refusals.ts";
import { readTags } from "../tags.ts";
import { windowOf } from "./mute-book.ts";
import { MAX_MUTE_RULES, MUTE_RULE_KIND, type MuteRule, muteRuleArn, muteRuleRef } from "./mute-rule.ts";
import { type MuteSchedule, muteSchedule } from "./mute-schedule.ts";

export const putAlarmMuteRule: MonitoringOperation<"PutAlarmMuteRule"> = async (input, call, deps) => {
  const { Expression, Duration, Timezone } = input.Rule.Schedule;
  muteSchedule(Expression, Duration, Timezone ?? "UTC");
  const { StartDate, ExpireDate } = input;
  if (StartDate !== undefined && ExpireDate !== undefined && StartDate >= ExpireDate) {
    throw validationError("StartDate must be before ExpireDate.");
  }
  const names = input.MuteTargets?.AlarmNames;
  const missing = (names ?? []).filter((name) => deps.alarms.book.get(call, name) === undefined);
  if (missing.length > 0) throw validationError(`The mute rule's target alarms [${missing.join(", ")}] do not exist.`);
  const tags = readTags(input.Tags);
  const ref = muteRuleRef(call, input.Name);
  await againOnConflict(call, async () => {
    const found = deps.state.get<MuteRule>(ref);
    if (found === undefined && deps.alarms.mutes.count(call) >= MAX_MUTE_RULES) {
      throw call.error("LimitExceededFault", `An account has at most ${MAX_MUTE_RULES} mute rules in a Region.`);
    }
    const document: MuteRule = {
      ...(input.Description !== undefined && { description: input.Description }),
      expression: Expression,
      duration: Duration,
      ...(Timezone !== undefined && { timezone: Timezone }),
      ...(names !== undefined && { alarmNames: [...new Set(names)] }),
      ...(StartDate !== undefined && { startDate: StartDate.getTime() }),
      ...(ExpireDate !== undefined && { expireDate: ExpireDate.getTime() }),
      tags: found === undefined ? tags : found.document.tags,
      updatedAt: deps.clock.now(),
    };
    await deps.state.commit({
      cause: causeOf(call),
      changes: [{ put: ref, document, expect: found?.version ?? "absent" }],
    });
  });
  await deps.alarms.releaseMuted();
  return {};
};

export const getAlarmMuteRule: MonitoringOperation<"GetAlarmMuteRule"> = async (input, call, deps) => {
  const found = deps.state.get<MuteRule>(muteRuleRef(call, input.AlarmMuteRuleName));
  if (found === undefined) {
    throw call.error("ResourceNotFoundException", `The mute rule ${input.AlarmMuteRuleName} does not exist.`, {
      ResourceType: "AlarmMuteRule",
      ResourceId: input.AlarmMuteRuleName,
    });
  }
  const { description, expression, duration, timezone, alarmNames, startDate } = found.document;
  const { ExpireDate, ...summary } = summarize(found, call, deps);
  return {
    Name: found.ref.key,
    Description: description,
    Rule: { Schedule: { Expression: expression, Duration: duration, Timezone: timezone } },
    MuteTargets: alarmNames && { AlarmNames: [...alarmNames] },
    StartDate: startDate === undefined ? undefined : new Date(startDate),
    ExpireDate,
    ...summary,
  };
};

const DEFAULT_RECORDS = 50;

/** In the order of their names. */
export const listAlarmMuteRules: MonitoringOperation<"ListAlarmMuteRules"> = async (input, call, deps) => {
  const { account, region } = call;
  const { AlarmName: alarm, Statuses: statuses, NextToken: token } = input;
  const request = [call.operation, account, region, alarm, statuses];
  const after = token === undefined ? undefined : readPageToken(token, request);
  if (token !== undefined && after === undefined) {
    throw call.error("InvalidNextToken", "The NextToken is not one of this request's.");
  }
  const limit = input.MaxRecords ?? DEFAULT_RECORDS;
  const picked = deps.state
    .list<MuteRule>({ kind: MUTE_RULE_KIND, account, region, ...(after !== undefined && { after }) })
    .filter(({ document }) => alarm === undefined || document.alarmNames?.includes(alarm))
    .map((found) => ({ name: found.ref.key, summary: summarize(found, call, deps) }))
    .filter(({ summary }) => statuses === undefined || statuses.includes(summary.Status));
  const page = picked.slice(0, limit);
  const last = page.at(-1)?.name;
  return {
    AlarmMuteRuleSummaries: page.map(({ summary }) => summary),
    NextToken: picked.length > page.length && last !== undefined ? makePageToken(last, request) : undefined,
  };
};

/** What it muted is unmuted at once. Deleting one that is not there is no error. */
export const deleteAlarmMuteRule: MonitoringOperation<"DeleteAlarmMuteRule"> = async (input, call, deps) => {
  await deps.state.commit({
    cause: causeOf(call),
    changes: [{ remove: muteRuleRef(call, input.AlarmMuteRuleName), expect: "any" }],
  });
  await deps.alarms.releaseMuted();
  return {};
};

function summarize({ ref, document }: Resource<MuteRule>, call: MonitoringCall, { clock }: MonitoringDeps) {
  const schedule = muteSchedule(document.expression, document.duration, document.timezone ?? "UTC");
  return {
    AlarmMuteRuleArn: muteRuleArn(call, ref.key),
    ExpireDate: document.expireDate === undefined ? undefined : new Date(document.expireDate),
    Status: statusOf(document, schedule, clock.now()),
    MuteType: schedule.once ? "ONE_TIME" : "RECURRING",
    LastUpdatedTimestamp: new Date(document.updatedAt),
  };
}

/** A rule whose one window has passed is as over as one past its date. */
function statusOf(rule: MuteRule, schedule: MuteSchedule, nowMs: number): AlarmMuteRuleStatus {
  if (windowOf(rule, schedule, nowMs) !== undefined) return "ACTIVE";
  if (rule.expireDate !== undefined && nowMs >= rule.expireDate) return "EXPIRED";
  return schedule.hasMore(nowMs) ? "SCHEDULED" : "EXPIRED";
}
