import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ACCOUNT, openHouse } from "./house.ts";

/** Policies of resources in the main account, seen from another account and from a user without rights. */
async function open(t: TestContext) {
  const house = await openHouse(t);
  const { client, admin, other, alice, topic, queue, kmsKey } = house;
  const who = await client.call(other, "sts", "GetCallerIdentity", {});
  const otherAccount = /<Account>(\d{12})</.exec(who.text)?.[1] ?? "";
  const policy = (Principal: object, Action: string | string[], Resource: string, Effect = "Allow") =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal, Action, Resource }] });
  const ok = async (...call: Parameters<typeof client.call>) => {
    const answer = await client.call(...call);
    assert.equal(answer.code, "", `${call[2]}: ${answer.text}`);
    return answer;
  };
  const refused = async (code: string, ...call: Parameters<typeof client.call>) => {
    const answer = await client.call(...call);
    assert.equal(answer.code, code, `${call[2]}: ${answer.text}`);
    return answer.text;
  };
  return { ...house, otherAccount, policy, ok, refused, client, admin, other, alice, topic, queue, kmsKey };
}

test("a topic's policy lets another account in for what it says, and a user of its own without further rights", async (t) => {
  const { admin, other, alice, topic, otherAccount, policy, ok, refused } = await open(t);
  const set = (text: string) =>
    ok(admin, "sns", "SetTopicAttributes", { TopicArn: topic, AttributeName: "Policy", AttributeValue: text });
  const publish = { TopicArn: topic, Message: "x" };
  await refused("AuthorizationError", other, "sns", "Publish", publish);
  await set(policy({ AWS: otherAccount }, "SNS:Publish", topic));
  await ok(other, "sns", "Publish", publish);
  await refused("AuthorizationError", other, "sns", "GetTopicAttributes", { TopicArn: topic });
  await refused("AuthorizationError", alice, "sns", "Publish", publish);
  await set(policy({ AWS: `arn:aws:iam::${ACCOUNT}:user/alice` }, "SNS:Publish", topic));
  await ok(alice, "sns", "Publish", publish);
  await refused("AuthorizationError", other, "sns", "Publish", publish);
  await set(policy({ AWS: "*" }, "SNS:Publish", topic, "Deny"));
  const told = await refused("AuthorizationError", admin, "sns", "Publish", publish);
  assert.match(told, /with an explicit deny in a resource-based policy/);
});

test("a queue's policy lets another account send, by the queue's URL, and read nothing", async (t) => {
  const { admin, other, queue, otherAccount, policy, ok, refused } = await open(t);
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:work`;
  await refused("AccessDeniedException", other, "sqs", "SendMessage", { QueueUrl: queue, MessageBody: "x" });
  await ok(admin, "sqs", "SetQueueAttributes", {
    QueueUrl: queue,
    Attributes: {
      Policy: policy({ AWS: `arn:aws:iam::${otherAccount}:root` }, ["sqs:SendMessage", "sqs:GetQueueUrl"], arn),
    },
  });
  const url = await ok(other, "sqs", "GetQueueUrl", { QueueName: "work", QueueOwnerAWSAccountId: ACCOUNT });
  assert.match(url.text, new RegExp(`/${ACCOUNT}/work`));
  await ok(other, "sqs", "SendMessage", { QueueUrl: queue, MessageBody: "from the other" });
  await refused("AccessDeniedException", other, "sqs", "ReceiveMessage", { QueueUrl: queue });
  assert.match((await ok(admin, "sqs", "ReceiveMessage", { QueueUrl: queue })).text, /from the other/);
  // The other account has a queue of that name for itself, if it makes one.
  await refused("QueueDoesNotExist", other, "sqs", "SendMessage", { QueueUrl: "work", MessageBody: "x" });
});

test("a key's policy decides for its own administrators too, and a policy that is none is not taken", async (t) => {
  const { admin, other, alice, kmsKey, otherAccount, policy, ok, refused } = await open(t);
  const encrypt = { KeyId: kmsKey, Plaintext: "aGk=" };
  await refused("AccessDeniedException", alice, "kms", "Encrypt", encrypt);
  await refused("AccessDeniedException", other, "kms", "Encrypt", encrypt);
  const both = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      JSON.parse(policy({ AWS: `arn:aws:iam::${ACCOUNT}:root` }, "kms:*", "*")).Statement[0],
      JSON.parse(policy({ AWS: [otherAccount, `arn:aws:iam::${ACCOUNT}:user/alice`] }, "kms:Encrypt", "*"))
        .Statement[0],
    ],
  });
  await ok(admin, "kms", "PutKeyPolicy", { KeyId: kmsKey, Policy: both });
  await ok(alice, "kms", "Encrypt", encrypt);
  await ok(other, "kms", "Encrypt", encrypt);
  await refused("AccessDeniedException", other, "kms", "DescribeKey", { KeyId: kmsKey });
  const broken = await refused("MalformedPolicyDocumentException", admin, "kms", "PutKeyPolicy", {
    KeyId: kmsKey,
    Policy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*"}}',
  });
  assert.match(broken, /Missing required field Principal/);
  await refused("InvalidParameter", admin, "sns", "SetTopicAttributes", {
    TopicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:news`,
    AttributeName: "Policy",
    AttributeValue: '{"Statement":{"Effect":"Allow","Principal":"*","Action":"SNS:Publish","Resource":"*","Extra":1}}',
  });
});

test("a query that chooses its groups itself may choose only those that the caller may query", async (t) => {
  const { alice, admin, ok, refused } = await open(t);
  const query = (queryString: string) => ({ startTime: 0, endTime: 1, queryString });
  await ok(alice, "logs", "StartQuery", { ...query("fields @message"), logGroupNames: ["alice-app"] });
  await ok(alice, "logs", "StartQuery", query("SOURCE logGroups(namePrefix: ['alice']) | fields @message"));
  const told = await refused(
    "AccessDeniedException",
    alice,
    "logs",
    "StartQuery",
    query("SOURCE logGroups() | fields @message"),
  );
  assert.match(told, /logs:StartQuery on resource: arn:aws:logs:us-east-1:123456789012:log-group:secret /);
  await ok(admin, "logs", "StartQuery", query("SOURCE logGroups() | fields @message"));
});
