import type { Resource } from "../../../platform/state/state.ts";
import { changeDocument } from "../commit.ts";
import type { SnsCall, SnsDeps, SnsOperation } from "../operation.ts";
import { checkTags, tagsOf } from "./check-tags.ts";
import { parseTopicArn, type Topic, topicRef } from "./topic.ts";

function requireTagged(deps: SnsDeps, call: SnsCall, arn: string): Resource<Topic> {
  const place = parseTopicArn(arn);
  const own = place !== undefined && place.account === call.account && place.region === call.region;
  const topic = own ? deps.state.get<Topic>(topicRef(place, place.name)) : undefined;
  if (topic === undefined) throw call.error("ResourceNotFoundException", "Resource does not exist");
  return topic;
}

export const tagResource: SnsOperation<"TagResource"> = async (input, call, deps) => {
  await changeDocument<Topic>(
    deps,
    call,
    () => requireTagged(deps, call, input.ResourceArn),
    (document) => {
      const tags = { ...document.tags, ...tagsOf(input.Tags) };
      checkTags(call, tags);
      return { ...document, tags };
    },
  );
  return {};
};

export const untagResource: SnsOperation<"UntagResource"> = async (input, call, deps) => {
  await changeDocument<Topic>(
    deps,
    call,
    () => requireTagged(deps, call, input.ResourceArn),
    (document) => ({
      ...document,
      tags: Object.fromEntries(Object.entries(document.tags).filter(([key]) => !input.TagKeys.includes(key))),
    }),
  );
  return {};
};

export const listTagsForResource: SnsOperation<"ListTagsForResource"> = async (input, call, deps) => ({
  Tags: Object.entries(requireTagged(deps, call, input.ResourceArn).document.tags).map(([Key, Value]) => ({
    Key,
    Value,
  })),
});
