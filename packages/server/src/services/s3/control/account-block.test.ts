import assert from "node:assert/strict";
import { lookup } from "node:dns";
import { Agent } from "node:http";
import { type TestContext, test } from "node:test";
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand as DeleteAccountBlockCommand,
  type PublicAccessBlockConfiguration,
  PutPublicAccessBlockCommand as PutAccountBlockCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { ACCOUNT, KEY, OTHER, OTHER_ACCOUNT, openHouse } from "../s3-house.ts";

const Bucket = "of-the-account";

/** A bucket that blocks nothing itself, with one object that an access list opens to all and one that a policy does. */
async function house(t: TestContext) {
  const made = await openHouse(t);
  const { client, endpoint } = made;
  await client.send(new CreateBucketCommand({ Bucket, ObjectOwnership: "ObjectWriter" }));
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: "by-list", Body: "v", ACL: "public-read" }));
  await client.send(new PutObjectCommand({ Bucket, Key: "by-policy", Body: "v" }));
  const opened = () => client.send(new PutBucketPolicyCommand({ Bucket, Policy: OPEN }));
  await opened();
  const control = (credentials = KEY) => {
    // The client puts the account before the host; here all of the host's names lead to the server.
    const httpAgent = new Agent({ lookup: (_host, options, done) => lookup("127.0.0.1", options, done) });
    const own = new S3ControlClient({
      endpoint: `http://s3-control.test:${new URL(endpoint).port}`,
      region: "us-east-1",
      credentials,
      maxAttempts: 1,
      requestHandler: { httpAgent },
    });
    t.after(() => own.destroy());
    return own;
  };
  const block = (PublicAccessBlockConfiguration: PublicAccessBlockConfiguration) =>
    control().send(new PutAccountBlockCommand({ AccountId: ACCOUNT, PublicAccessBlockConfiguration }));
  const anybody = async (key: string) => (await fetch(`${endpoint}/${Bucket}/${key}`)).status;
  return { ...made, control, block, anybody, opened };
}

const OPEN = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/by-policy` },
  ],
});

test("an account's block of access lists counts in a bucket that blocks nothing, until it is taken away", async (t) => {
  const { block, control, anybody } = await house(t);
  assert.equal(await anybody("by-list"), 200);
  await block({ IgnorePublicAcls: true });
  assert.equal(await anybody("by-list"), 403);
  assert.equal(await anybody("by-policy"), 200);
  await control().send(new DeleteAccountBlockCommand({ AccountId: ACCOUNT }));
  assert.equal(await anybody("by-list"), 200);
});

test("an account that restricts public buckets keeps strangers from what a public policy gives them", async (t) => {
  const { another, block, anybody } = await house(t);
  const stranger = another({ credentials: OTHER });
  const read = () => stranger.send(new GetObjectCommand({ Bucket, Key: "by-policy" }));
  await read();
  await block({ RestrictPublicBuckets: true });
  assert.equal(await anybody("by-policy"), 403);
  await assert.rejects(read, { name: "AccessDenied" });
});

test("public policies and lists are refused by the account's block, and the bucket's own is told as it was put", async (t) => {
  const { client, block, opened } = await house(t);
  await block({ BlockPublicPolicy: true, BlockPublicAcls: true });
  await assert.rejects(opened, { name: "AccessDenied", message: /of its account.*BlockPublicPolicy/ });
  const listed = { Bucket, Key: "by-policy", ACL: "public-read" } as const;
  await assert.rejects(client.send(new PutObjectAclCommand(listed)), { message: /of its account.*BlockPublicAcls/ });
  await assert.rejects(client.send(new PutObjectCommand({ ...listed, Body: "w" })), { message: /BlockPublicAcls/ });
  await assert.rejects(client.send(new GetPublicAccessBlockCommand({ Bucket })), {
    name: "NoSuchPublicAccessBlockConfiguration",
  });
});

test("nobody blocks another account's buckets", async (t) => {
  const { control, anybody } = await house(t);
  const command = new PutAccountBlockCommand({
    AccountId: ACCOUNT,
    PublicAccessBlockConfiguration: { IgnorePublicAcls: true },
  });
  await assert.rejects(control(OTHER).send(command), { name: "AccessDenied" });
  await control(OTHER).send(
    new PutAccountBlockCommand({
      AccountId: OTHER_ACCOUNT,
      PublicAccessBlockConfiguration: { IgnorePublicAcls: true },
    }),
  );
  assert.equal(await anybody("by-list"), 200);
});
