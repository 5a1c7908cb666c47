import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { NotInvoked } from "../../src/platform/functions/functions.ts";
import { eventually, openHouse } from "./house.ts";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:f";

test("without a runner functions are refused; with one they get Lambda's event of SNS", async (t) => {
  const { sns, runner, outbox } = await openHouse(t);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  const subscribe = (Endpoint: string) => sns.send(new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint }));
  await assert.rejects(subscribe(ARN), /there is no function runner yet/);

  const events: { Records: { EventSource: string; EventSubscriptionArn: string; Sns: Record<string, unknown> }[] }[] =
    [];
  let gone = false;
  runner.runBy({
    takes: (arn) => arn.includes(":function:"),
    async invoke(_arn, event) {
      if (gone) throw new NotInvoked("there is no such function", { final: true });
      events.push(event as (typeof events)[number]);
    },
  });
  await assert.rejects(subscribe("arn:aws:sqs:us-east-1:123456789012:q"), /Lambda endpoint ARN/);
  const { SubscriptionArn } = await subscribe(ARN);
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  const [record] = (await eventually(() => events[0])).Records;
  assert.deepEqual([record?.EventSource, record?.EventSubscriptionArn], ["aws:sns", SubscriptionArn]);
  assert.deepEqual([record?.Sns.Message, record?.Sns.Subject, record?.Sns.MessageAttributes], ["hello", null, {}]);
  assert.match(String(record?.Sns.SigningCertUrl), /\.pem$/);

  gone = true;
  await sns.send(new PublishCommand({ TopicArn, Message: "nobody" }));
  const given = await eventually(() => outbox.givenUp(1)[0]);
  assert.deepEqual([given.attempts, given.lastError], [1, "there is no such function"]);
});
