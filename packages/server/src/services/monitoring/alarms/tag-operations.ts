import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import { changeDashboardTags, dashboardTags } from "../dashboards/dashboard-tags.ts";
import type { MonitoringCall, MonitoringDeps, MonitoringOperation } from "../operation.ts";
import { alarmRef, parseAlarmArn } from "./alarm.ts";
import { muteRuleRef, parseMuteRuleArn } from "./mute-rules/mute-rule.ts";
import { checkTags, readTags, type Tags } from "./tags.ts";

/** Alarms and mute rules. */
interface Tagged {
  readonly tags: Tags;
}

export const tagResource: MonitoringOperation<"TagResource"> = async (input, call, deps) => {
  const added = readTags(input.Tags);
  await changeTags(input.ResourceARN, call, deps, (tags) => checkTags({ ...tags, ...added }));
  return {};
};

export const untagResource: MonitoringOperation<"UntagResource"> = async (input, call, deps) => {
  await changeTags(input.ResourceARN, call, deps, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))),
  );
  return {};
};

/** A resource that is not there, or no more, has no tags: CloudWatch was recorded to say so for a deleted alarm. */
export const listTagsForResource: MonitoringOperation<"ListTagsForResource"> = async (input, call, deps) => {
  const tags =
    find(input.ResourceARN, call, deps)?.document.tags ?? dashboardTags(deps.state, call, input.ResourceARN) ?? {};
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};

async function changeTags(
  arn: string,
  call: MonitoringCall,
  deps: MonitoringDeps,
  change: (tags: Tags) => Tags,
): Promise<void> {
  await againOnConflict(call, async () => {
    const found = find(arn, call, deps);
    const changes =
      found === undefined
        ? changeDashboardTags(deps.state, call, arn, change)
        : { put: found.ref, document: { ...found.document, tags: change(found.document.tags) }, expect: found.version };
    if (changes === undefined) {
      throw call.error("ResourceNotFoundException", `Unknown resource: ${arn}`, {
        ResourceType: "alarm",
        ResourceId: arn,
      });
    }
    await deps.state.commit({ cause: causeOf(call), changes: [changes] });
  });
}

function find(arn: string, call: MonitoringCall, { state }: MonitoringDeps): Resource<Tagged> | undefined {
  const alarm = parseAlarmArn(arn);
  const rule = alarm === undefined ? parseMuteRuleArn(arn) : undefined;
  const { scope, name } = alarm ?? rule ?? {};
  if (scope === undefined || name === undefined) return undefined;
  if (scope.account !== call.account || scope.region !== call.region) return undefined;
  return state.get<Tagged>(alarm === undefined ? muteRuleRef(scope, name) : alarmRef(scope, name));
}
