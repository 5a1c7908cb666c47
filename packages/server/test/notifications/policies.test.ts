import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { CreateTopicCommand, PublishCommand, SetTopicAttributesCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Notification } from "../../src/platform/notifications/notification.ts";
import { ACCOUNT, eventually, openHouse, REGION } from "./house.ts";

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:q`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:t`;
const ALARM = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:a`;

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const forTopic = (arn: string) => ({
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: QUEUE,
  Condition: { ArnEquals: { "aws:SourceArn": arn } },
});
const denyAll = { Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: QUEUE };

/** A topic with a queue; `arrives` publishes and tells whether the queue got it or the outbox gave it up. */
async function topicWithQueue(t: TestContext) {
  const house = await openHouse(t);
  const { sns, sqs, outbox } = house;
  await sns.send(new CreateTopicCommand({ Name: "t" }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: "sqs", Endpoint: QUEUE }));
  let given = 0;
  const arrives = async (): Promise<string> => {
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: "hello" }));
    return await eventually(async () => {
      const failed = outbox.givenUp(100);
      if (failed.length > given) {
        given = failed.length;
        return failed[0]?.lastError;
      }
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      if (message === undefined) return false;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return "arrived";
    });
  };
  const setPolicy = (Policy: string) => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return { ...house, arrives, setPolicy };
}

test("a queue's policy says which topics may send to it; without one its account's may", async (t) => {
  const { arrives, setPolicy } = await topicWithQueue(t);
  assert.equal(await arrives(), "arrived");
  await setPolicy(policy(forTopic(TOPIC)));
  assert.equal(await arrives(), "arrived");
  await setPolicy(policy(forTopic(`${TOPIC}-other`)));
  assert.match(await arrives(), /policy of arn:aws:sqs:.*:q does not allow sns\.amazonaws\.com to send for .*:t/);
  await setPolicy(policy(forTopic(TOPIC), denyAll));
  assert.match(await arrives(), /does not allow/);
});

test("a topic's policy says which alarms may publish to it; the one that topics have lets in its own account's", async (t) => {
  const { sns, notifications, outbox, state } = await openHouse(t);
  await sns.send(new CreateTopicCommand({ Name: "t" }));
  const tell = (account = ACCOUNT) => {
    const notification: Notification = {
      id: `n-${Math.random()}`,
      account,
      region: REGION,
      principal: "cloudwatch.amazonaws.com",
      sourceArn: ALARM.replace(ACCOUNT, account),
      at: 0,
      subject: "s",
      message: "{}",
      mail: "m",
      event: {},
    };
    return notifications.of(TOPIC)?.deliver(TOPIC, notification, new AbortController().signal);
  };
  const setPolicy = (AttributeValue: string) =>
    sns.send(new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: "Policy", AttributeValue }));
  const allow = (Principal: unknown, Condition: object = {}) =>
    policy({ Effect: "Allow", Principal, Action: "SNS:Publish", Resource: TOPIC, Condition });
  const refused = /cloudwatch\.amazonaws\.com is not authorized to perform: SNS:Publish/;

  await tell();
  await assert.rejects(async () => tell("222222222222"), refused);
  await setPolicy(allow({ AWS: "*" }, { StringEquals: { "AWS:SourceOwner": ACCOUNT } }));
  await tell();
  await assert.rejects(async () => tell("222222222222"), refused);
  await setPolicy(allow({ Service: "cloudwatch.amazonaws.com" }, { ArnLike: { "aws:SourceArn": `${ALARM}*` } }));
  await tell();
  await setPolicy(allow({ Service: "cloudwatch.amazonaws.com" }));
  await tell("222222222222");
  await setPolicy(allow({ AWS: `arn:aws:iam::${ACCOUNT}:root` }));
  await assert.rejects(async () => tell(), refused);
  assert.deepEqual([outbox.counts().givenUp, state.due("monitoring.alarm-actions", 0, 1)], [0, []]);
});
