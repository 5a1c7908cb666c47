import type { SnsOperation } from "../operation.ts";
import { makePageToken, PAGE, readPageToken } from "../page-token.ts";
import { arnOfTopic, TOPIC_KIND, type Topic } from "./topic.ts";

export const listTopics: SnsOperation<"ListTopics"> = async (input, call, { state }) => {
  const { account, region } = call;
  const after = readPageToken(call, input.NextToken);
  const found = state.list<Topic>({ kind: TOPIC_KIND, account, region, after, limit: PAGE + 1 });
  const page = found.slice(0, PAGE);
  const last = page.at(-1);
  return {
    Topics: page.map((topic) => ({ TopicArn: arnOfTopic(topic) })),
    ...(found.length > PAGE && last !== undefined && { NextToken: makePageToken(last.ref.key) }),
  };
};
