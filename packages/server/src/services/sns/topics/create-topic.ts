import { VersionConflict } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import { invalidParameter, type SnsOperation } from "../operation.ts";
import { checkTags, type Tags, tagsOf } from "./check-tags.ts";
import { type Topic, topicArn, topicRef } from "./topic.ts";
import { checkTopicAttributes, withoutEmpty } from "./topic-attributes.ts";

export const createTopic: SnsOperation<"CreateTopic"> = async (input, call, deps) => {
  const { Name: name, Attributes: given = {} } = input;
  const fifo = given.FifoTopic === "true";
  if (fifo && !/^[A-Za-z0-9_-]{1,251}\.fifo$/.test(name)) {
    throw invalidParameter(
      call,
      "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
    );
  }
  if (!fifo && !/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter(call, "Topic Name");
  if ((input.DataProtectionPolicy ?? "") !== "") {
    throw invalidParameter(
      call,
      "DataProtectionPolicy is not supported: Nephoscope does not look for personal data in messages",
    );
  }
  checkTopicAttributes(call, name, given, "Attributes Reason: ");
  const tags = tagsOf(input.Tags ?? []);
  checkTags(call, tags);

  const attributes = withoutEmpty(given);
  const arn = { TopicArn: topicArn(call, name) };
  const ref = topicRef(call, name);
  const existing = deps.state.get<Topic>(ref)?.document;
  if (existing !== undefined) {
    const other = Object.entries(attributes).some(
      ([key, value]) => (existing.attributes[key] ?? DEFAULTS[key]) !== value,
    );
    if (other) throw invalidParameter(call, "Attributes Reason: Topic already exists with different attributes");
    if (input.Tags !== undefined && !sameTags(existing.tags, tags)) {
      throw invalidParameter(call, "Tags Reason: Topic already exists with different tags");
    }
    return arn;
  }
  const document: Topic = { attributes, tags, removedSubscriptions: 0, createdAt: deps.clock.now() };
  try {
    await deps.state.commit({ cause: causeOf(call), changes: [{ put: ref, document, expect: "absent" }] });
  } catch (error) {
    // Another call made it meanwhile: compare with that one.
    if (error instanceof VersionConflict) return createTopic(input, call, deps);
    throw error;
  }
  return arn;
};

const DEFAULTS: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: "false",
  FifoTopic: "false",
  TracingConfig: "PassThrough",
};

const sameTags = (a: Tags, b: Tags): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);
