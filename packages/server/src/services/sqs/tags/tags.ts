import { changeDocument } from "../commit.ts";
import type { SqsOperation } from "../operation.ts";
import { type Queue, requireQueue } from "../queues/queue.ts";
import { checkTags } from "./check-tags.ts";

export const tagQueue: SqsOperation<"TagQueue"> = async (input, call, deps) => {
  await changeDocument<Queue>(
    deps,
    call,
    () => requireQueue(deps, call, input.QueueUrl),
    (document) => {
      const tags = { ...document.tags, ...input.Tags };
      checkTags(tags);
      return { ...document, tags };
    },
  );
  return {};
};

export const untagQueue: SqsOperation<"UntagQueue"> = async (input, call, deps) => {
  await changeDocument<Queue>(
    deps,
    call,
    () => requireQueue(deps, call, input.QueueUrl),
    (document) => ({
      ...document,
      tags: Object.fromEntries(Object.entries(document.tags).filter(([key]) => !input.TagKeys.includes(key))),
    }),
  );
  return {};
};

export const listQueueTags: SqsOperation<"ListQueueTags"> = async (input, call, deps) => {
  const { tags } = requireQueue(deps, call, input.QueueUrl).document;
  return Object.keys(tags).length === 0 ? {} : { Tags: { ...tags } };
};
