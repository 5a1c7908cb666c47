import type { Resource } from "../../../platform/state/state.ts";
import { changeLogGroup } from "../groups/change-log-group.ts";
import { parseLogGroupArn, requireLogGroup } from "../groups/identify-log-group.ts";
import { findLogGroup, type LogGroup } from "../groups/log-group.ts";
import type { LogsCall, LogsDeps, LogsOperation } from "../operation.ts";

/** Most tags of a resource (CloudWatch Logs API reference, TagResource). */
const MAX_TAGS = 50;

type Tags = Readonly<Record<string, string>>;

/** Refuses too many tags and the prefix that AWS keeps to itself. */
export function checkTags(tags: Tags, call: LogsCall): void {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    throw call.error("TooManyTagsException", `A resource can have at most ${MAX_TAGS} tags.`);
  }
  const reserved = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw call.error("InvalidParameterException", `Tag keys starting with aws: are reserved: ${reserved}`);
  }
}

function requireTagged(call: LogsCall, { state }: LogsDeps, resourceArn: string): Resource<LogGroup> {
  const arn = parseLogGroupArn(resourceArn);
  if (arn === undefined || resourceArn.endsWith(":*")) {
    throw call.error("InvalidParameterException", `The resource ARN ${resourceArn} is not that of a log group.`);
  }
  const own = arn.scope.account === call.account && arn.scope.region === call.region;
  const group = own ? findLogGroup(state, call, arn.name) : undefined;
  if (group === undefined) throw call.error("ResourceNotFoundException", "The specified log group does not exist.");
  return group;
}

const add = (tags: Tags, call: LogsCall) => (group: LogGroup) => {
  const all = { ...group.tags, ...tags };
  checkTags(all, call);
  return { ...group, tags: all };
};

const remove = (keys: readonly string[]) => (group: LogGroup) => ({
  ...group,
  tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))),
});

export const tagResource: LogsOperation<"TagResource"> = async (input, call, deps) => {
  await changeLogGroup(deps, call, () => requireTagged(call, deps, input.resourceArn), add(input.tags, call));
  return {};
};

export const untagResource: LogsOperation<"UntagResource"> = async (input, call, deps) => {
  await changeLogGroup(deps, call, () => requireTagged(call, deps, input.resourceArn), remove(input.tagKeys));
  return {};
};

export const listTagsForResource: LogsOperation<"ListTagsForResource"> = async (input, call, deps) => ({
  tags: { ...requireTagged(call, deps, input.resourceArn).document.tags },
});

/** The older trio names the group and works on the same tags. */
export const tagLogGroup: LogsOperation<"TagLogGroup"> = async (input, call, deps) => {
  await changeLogGroup(deps, call, () => requireLogGroup(deps.state, call, input), add(input.tags, call));
  return {};
};

export const untagLogGroup: LogsOperation<"UntagLogGroup"> = async (input, call, deps) => {
  await changeLogGroup(deps, call, () => requireLogGroup(deps.state, call, input), remove(input.tags));
  return {};
};

export const listTagsLogGroup: LogsOperation<"ListTagsLogGroup"> = async (input, call, deps) => ({
  tags: { ...requireLogGroup(deps.state, call, input).document.tags },
});
