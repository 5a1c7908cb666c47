import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ACCOUNT, openHouse } from "./house.ts";

const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:work`;
const DESTINATION = `arn:aws:logs:us-east-1:${ACCOUNT}:destination:d`;

test("another account's events come in by a destination whose policy names that account, and no other way", async (t) => {
  const { client, admin, other, queue } = await openHouse(t);
  const ok = async (...call: Parameters<typeof client.call>) => {
    const answer = await client.call(...call);
    assert.equal(answer.code, "", `${call[2]}: ${answer.text}`);
    return answer.text;
  };
  const who = await client.call(other, "sts", "GetCallerIdentity", {});
  const stranger = /<Account>(\d{12})</.exec(who.text)?.[1] ?? "";
  await ok(other, "logs", "CreateLogGroup", { logGroupName: "theirs" });
  await ok(other, "logs", "CreateLogStream", { logGroupName: "theirs", logStreamName: "s" });
  const subscribe = (destinationArn: string) =>
    client.call(other, "logs", "PutSubscriptionFilter", {
      logGroupName: "theirs",
      filterName: "f",
      filterPattern: "",
      destinationArn,
    });
  assert.match((await subscribe(QUEUE)).text, /belongs to another account/);
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/partner`;
  await ok(admin, "logs", "PutDestination", { destinationName: "d", targetArn: QUEUE, roleArn });
  assert.equal((await subscribe(DESTINATION)).code, "AccessDeniedException");
  const policyFor = (AWS: string) =>
    ok(admin, "logs", "PutDestinationPolicy", {
      destinationName: "d",
      accessPolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { AWS }, Action: "logs:PutSubscriptionFilter", Resource: DESTINATION },
        ],
      }),
    });
  await policyFor("111122223333");
  assert.equal((await subscribe(DESTINATION)).code, "AccessDeniedException");
  await policyFor(stranger);
  assert.equal((await subscribe(DESTINATION)).code, "");

  await ok(other, "logs", "PutLogEvents", {
    logGroupName: "theirs",
    logStreamName: "s",
    logEvents: [{ timestamp: Date.now(), message: "from outside" }],
  });
  const owners: string[] = [];
  while (!owners.includes(stranger)) {
    const answer = await ok(admin, "sqs", "ReceiveMessage", { QueueUrl: queue, WaitTimeSeconds: 2 });
    const { Messages = [] }: { Messages?: { Body: string }[] } = JSON.parse(answer);
    for (const { Body } of Messages) {
      const payload: { owner: string } = JSON.parse(gunzipSync(Buffer.from(Body, "base64")).toString());
      owners.push(payload.owner);
    }
  }
});

test("a policy can say which destinations a user may subscribe, and roles must be passed", async (t) => {
  const { client, admin, alice } = await openHouse(t);
  const statement = (Effect: string, Action: string, Condition?: object) => ({
    Effect,
    Action,
    Resource: "*",
    ...(Condition && { Condition }),
  });
  const put = await client.call(admin, "iam", "PutUserPolicy", {
    UserName: "alice",
    PolicyName: "subscriber",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        statement("Deny", "logs:PutSubscriptionFilter", { ArnNotLike: { "logs:DestinationArn": QUEUE } }),
        statement("Allow", "logs:PutDestination"),
        statement("Allow", "logs:PutAccountPolicy"),
      ],
    }),
  });
  assert.equal(put.code, "", put.text);
  const subscribe = async (destinationArn: string, more = {}) => {
    const input = { logGroupName: "alice-app", filterName: "f", filterPattern: "", destinationArn, ...more };
    return (await client.call(alice, "logs", "PutSubscriptionFilter", input)).code;
  };
  assert.equal(await subscribe(QUEUE), "");
  assert.equal(await subscribe(`${QUEUE}-2`), "AccessDeniedException");
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/partner`;
  assert.equal(await subscribe(QUEUE, { roleArn }), "AccessDeniedException");
  const destination = { destinationName: "d", targetArn: QUEUE, roleArn };
  assert.equal((await client.call(alice, "logs", "PutDestination", destination)).code, "AccessDeniedException");
  const policy = {
    policyName: "p",
    policyType: "SUBSCRIPTION_FILTER_POLICY",
    policyDocument: JSON.stringify({ DestinationArn: QUEUE, FilterPattern: "" }),
  };
  assert.equal((await client.call(alice, "logs", "PutAccountPolicy", policy)).code, "AccessDeniedException");
});
