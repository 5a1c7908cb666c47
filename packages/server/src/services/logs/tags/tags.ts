import type { Resource } from "../../../platform/state/state.ts";
import { changeDocument } from "../commit.ts";
import { parseLogGroupArn, requireLogGroup } from "../groups/identify-log-group.ts";
import { findLogGroup } from "../groups/log-group.ts";
import { parseLogicalDestinationArn } from "../logical-destinations/logical-destination.ts";
import { requireLogicalDestination } from "../logical-destinations/put-destination-policy.ts";
import { parseLookupTableArn, requireLookupTable } from "../lookup-tables/lookup-table.ts";
import type { LogsCall, LogsDeps, LogsOperation } from "../operation.ts";
import { parseScheduledQueryArn, requireScheduledQuery } from "../scheduled-queries/scheduled-query.ts";
import { checkTags, type Tags } from "./check-tags.ts";

/** What can carry tags. */
interface Tagged {
  readonly tags: Tags;
}

function requireTagged(call: LogsCall, { state }: LogsDeps, resourceArn: string): Resource<Tagged> {
  if (parseLookupTableArn(resourceArn) !== undefined) return requireLookupTable(state, call, resourceArn);
  if (parseScheduledQueryArn(resourceArn) !== undefined) return requireScheduledQuery(state, call, resourceArn);
  const destination = parseLogicalDestinationArn(resourceArn);
  if (destination !== undefined) {
    const own = destination.account === call.account && destination.region === call.region;
    return requireLogicalDestination({ state }, call, own ? destination.name : "");
  }
  const arn = parseLogGroupArn(resourceArn);
  if (arn === undefined || resourceArn.endsWith(":*")) {
    throw call.error(
      "InvalidParameterException",
      `The resource ARN ${resourceArn} is not that of a log group, a lookup table, a scheduled query or a destination.`,
    );
  }
  const own = arn.scope.account === call.account && arn.scope.region === call.region;
  const group = own ? findLogGroup(state, call, arn.name) : undefined;
  if (group === undefined) throw call.error("ResourceNotFoundException", "The specified log group does not exist.");
  return group;
}

const add =
  (tags: Tags, call: LogsCall) =>
  <T extends Tagged>(document: T): T => {
    const all = { ...document.tags, ...tags };
    checkTags(all, call);
    return { ...document, tags: all };
  };

const remove =
  (keys: readonly string[]) =>
  <T extends Tagged>(document: T): T => ({
    ...document,
    tags: Object.fromEntries(Object.entries(document.tags).filter(([key]) => !keys.includes(key))),
  });

export const tagResource: LogsOperation<"TagResource"> = async (input, call, deps) => {
  await changeDocument(deps, call, () => requireTagged(call, deps, input.resourceArn), add(input.tags, call));
  return {};
};

export const untagResource: LogsOperation<"UntagResource"> = async (input, call, deps) => {
  await changeDocument(deps, call, () => requireTagged(call, deps, input.resourceArn), remove(input.tagKeys));
  return {};
};

export const listTagsForResource: LogsOperation<"ListTagsForResource"> = async (input, call, deps) => ({
  tags: { ...requireTagged(call, deps, input.resourceArn).document.tags },
});

/** The older trio names the group and works on the same tags. */
export const tagLogGroup: LogsOperation<"TagLogGroup"> = async (input, call, deps) => {
  await changeDocument(deps, call, () => requireLogGroup(deps.state, call, input), add(input.tags, call));
  return {};
};

export const untagLogGroup: LogsOperation<"UntagLogGroup"> = async (input, call, deps) => {
  await changeDocument(deps, call, () => requireLogGroup(deps.state, call, input), remove(input.tags));
  return {};
};

export const listTagsLogGroup: LogsOperation<"ListTagsLogGroup"> = async (input, call, deps) => ({
  tags: { ...requireLogGroup(deps.state, call, input).document.tags },
});
