import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateKeyCommand, DescribeKeyCommand, DisableKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { KeyRefused } from "../../src/platform/keys/keys.ts";
import { ACCOUNT, openHouse, principalOf, REGION, userArn } from "./house.ts";

const anna = { principal: principalOf("anna"), account: ACCOUNT, region: REGION, service: "sqs" };
const context = { "aws:sqs:arn": "arn:aws:sqs:us-east-1:123456789012:q" };
const text = Buffer.from("a message of a queue");
const code = (wanted: string) => (error: unknown) => error instanceof KeyRefused && error.code === wanted;

test("what a service encrypted opens for who may decrypt, in its context, unaltered", async (t) => {
  const { keys, kms } = await openHouse(t);
  const name = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
  const sealed = await keys.encrypt(anna, name, text, context);
  assert.ok(!sealed.includes(text));
  assert.deepEqual(await keys.decrypt(anna, sealed, context), text);
  await assert.rejects(keys.decrypt(anna, sealed, {}), code("InvalidCiphertextException"));
  const altered = Buffer.from(sealed);
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  await assert.rejects(keys.decrypt(anna, altered, context), code("InvalidCiphertextException"));
});

test("a right that was taken away and a key that was disabled count at once, although data keys are used again", async (t) => {
  const { keys, kms } = await openHouse(t);
  const name = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
  const sealed = await keys.encrypt(anna, name, text, context);
  const Statement = [{ Effect: "Allow", Principal: { AWS: userArn("admin") }, Action: "kms:*", Resource: "*" }];
  await kms.send(
    new PutKeyPolicyCommand({ KeyId: name, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
  );
  await assert.rejects(keys.encrypt(anna, name, text, context), code("AccessDeniedException"));
  await assert.rejects(keys.decrypt(anna, sealed, context), code("AccessDeniedException"));
  assert.throws(() => keys.checkDecrypt(anna, name, context), code("AccessDeniedException"));
  const admin = { ...anna, principal: principalOf("admin") };
  await kms.send(new DisableKeyCommand({ KeyId: name }));
  await assert.rejects(keys.decrypt(admin, sealed, context), code("DisabledException"));
});

test("data keys are used again for five minutes and then made anew", async (t) => {
  const { keys, kms, clock } = await openHouse(t);
  const name = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
  const dataKeyOf = (sealed: Buffer) => sealed.toString("hex", 3, 3 + sealed.readUInt16BE(1));
  const first = dataKeyOf(await keys.encrypt(anna, name, text, context));
  assert.equal(dataKeyOf(await keys.encrypt(anna, name, text, context)), first);
  assert.notEqual(dataKeyOf(await keys.encrypt(anna, name, text, {})), first, "another context");
  await clock.advance(5 * 60_000);
  assert.notEqual(dataKeyOf(await keys.encrypt(anna, name, text, context)), first);
});

test("a service's own key is made at its first use, serves that service alone, and can't be changed", async (t) => {
  const { keys, kms } = await openHouse(t);
  const arns = await Promise.all([1, 2, 3].map(() => keys.usable(anna, "alias/aws/sqs", context)));
  assert.equal(new Set(arns).size, 1);
  const KeyId = arns[0];
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  assert.equal(KeyMetadata?.KeyManager, "AWS");
  await assert.rejects(keys.usable({ ...anna, service: "sns" }, KeyId ?? "", context), code("AccessDeniedException"));
  await assert.rejects(keys.usable({ ...anna, service: "sns" }, "alias/aws/s3", context), code("NotFoundException"));
  await assert.rejects(kms.send(new DisableKeyCommand({ KeyId })), { name: "AccessDeniedException" });
});
