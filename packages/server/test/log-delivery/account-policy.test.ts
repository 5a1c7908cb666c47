import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { ACCOUNT, type Clients, eventually, makeGroup, openHouse, put, REGION } from "./house.ts";

const policy = (selectionCriteria?: string, FilterPattern = "") =>
  new Logs.PutAccountPolicyCommand({
    policyName: "all",
    policyType: "SUBSCRIPTION_FILTER_POLICY",
    policyDocument: JSON.stringify({ DestinationArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q`, FilterPattern }),
    selectionCriteria,
  });

/** What comes into the queue: the group, and whether a policy sent it. */
async function makeQueue({ sqs }: Pick<Clients, "sqs">) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  const got: { message: string; level: string | undefined; filters: readonly string[] }[] = [];
  const receive = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body = "" } of Messages) {
      const payload: {
        messageType: string;
        policyLevel?: string;
        subscriptionFilters: string[];
        logEvents: { message: string }[];
      } = JSON.parse(gunzipSync(Buffer.from(Body, "base64")).toString());
      if (payload.messageType !== "DATA_MESSAGE") continue;
      const { policyLevel: level, subscriptionFilters: filters } = payload;
      got.push(...payload.logEvents.map(({ message }) => ({ message, level, filters })));
    }
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  };
  /** Waits until the last of the messages is there, and gives all. */
  const until = (message: string) =>
    eventually(async () => {
      await receive();
      return got.some((each) => each.message === message) ? got : undefined;
    });
  return { until };
}

test("a policy sends on what comes for every group but those that it leaves out, new groups too", async (t) => {
  const house = await openHouse(t);
  const queue = await makeQueue(house);
  await makeGroup(house, "a", "s");
  await makeGroup(house, "out", "s");
  await house.logs.send(new Logs.CreateLogGroupCommand({ logGroupName: "cold", logGroupClass: "INFREQUENT_ACCESS" }));
  await house.logs.send(new Logs.CreateLogStreamCommand({ logGroupName: "cold", logStreamName: "s" }));
  await put(house, "a", "s", "before");
  const { accountPolicy } = await house.logs.send(policy('LogGroupName NOT IN ["out"]', "-noise"));
  assert.deepEqual(
    [accountPolicy?.policyName, accountPolicy?.scope, accountPolicy?.accountId, accountPolicy?.selectionCriteria],
    ["all", "ALL", ACCOUNT, 'LogGroupName NOT IN ["out"]'],
  );
  await put(house, "out", "s", "left out");
  await put(house, "cold", "s", "of another class");
  await put(house, "a", "s", "noise", "of a");
  await makeGroup(house, "b", "s");
  await put(house, "b", "s", "of b");
  await queue.until("of a");
  const got = await queue.until("of b");
  assert.deepEqual(got.map(({ message }) => message).sort(), ["of a", "of b"]);
  assert.ok(got.every(({ level, filters }) => level === "ACCOUNT_LEVEL_POLICY" && filters[0] === "all"));
});

test("a policy that is deleted sends nothing more, and one of other criteria goes by those", async (t) => {
  const house = await openHouse(t);
  const queue = await makeQueue(house);
  await makeGroup(house, "a", "s");
  await makeGroup(house, "b", "s");
  await house.logs.send(policy('LogGroupName NOT IN ["b"]'));
  await put(house, "a", "s", "a 1");
  await queue.until("a 1");
  await house.logs.send(policy('LogGroupName NOT IN ["a"]'));
  await put(house, "a", "s", "a 2");
  await put(house, "b", "s", "b 2");
  await queue.until("b 2");
  const named = { policyName: "all", policyType: "SUBSCRIPTION_FILTER_POLICY" } as const;
  await house.logs.send(new Logs.DeleteAccountPolicyCommand(named));
  await put(house, "b", "s", "b 3");
  await house.logs.send(policy());
  await put(house, "a", "s", "a 4");
  const got = await queue.until("a 4");
  assert.deepEqual(
    got.map(({ message }) => message),
    ["a 1", "b 2", "a 4"],
  );
});

test("there is one policy in an account, and it is described until it is deleted", async (t) => {
  const house = await openHouse(t);
  await makeQueue(house);
  const named = { policyName: "all", policyType: "SUBSCRIPTION_FILTER_POLICY" } as const;
  await assert.rejects(house.logs.send(new Logs.DeleteAccountPolicyCommand(named)), {
    name: "ResourceNotFoundException",
  });
  await house.logs.send(policy());
  await assert.rejects(
    house.logs.send(new Logs.PutAccountPolicyCommand({ ...policy().input, policyName: "another" })),
    { name: "LimitExceededException" },
  );
  const describe = async () => {
    const { accountPolicies = [] } = await house.logs.send(
      new Logs.DescribeAccountPoliciesCommand({ policyType: "SUBSCRIPTION_FILTER_POLICY" }),
    );
    return accountPolicies.map(({ policyName }) => policyName);
  };
  assert.deepEqual(await describe(), ["all"]);
  await house.logs.send(new Logs.DeleteAccountPolicyCommand(named));
  assert.deepEqual(await describe(), []);
  await assert.rejects(
    house.logs.send(new Logs.DescribeAccountPoliciesCommand({ policyType: "DATA_PROTECTION_POLICY" })),
    { name: "InvalidParameterException", message: /DATA_PROTECTION_POLICY are not supported/ },
  );
});
