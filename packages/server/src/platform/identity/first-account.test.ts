import assert from "node:assert/strict";
import { test } from "node:test";
import { ADMINISTRATOR_POLICY } from "./first-account.ts";
import { openTestIdentity } from "./testing.ts";

test("the first start makes an account with an administrator, whose key is returned once", async (t) => {
  const house = openTestIdentity(t);
  const pair = await house.firstAccount();
  assert.ok(pair);
  const credential = house.identity().credential(pair.accessKeyId, undefined);
  assert.equal(credential?.secret, pair.secretAccessKey);
  assert.equal(credential?.principal.arn, "arn:aws:iam::123456789012:user/administrator");
  assert.deepEqual(house.identity().directory.users.list("123456789012")[0]?.document.attached, [ADMINISTRATOR_POLICY]);
  assert.equal(await house.firstAccount(), undefined);
  house.reopen();
  assert.equal(await house.firstAccount(), undefined);
  assert.equal(house.identity().credential(pair.accessKeyId, undefined)?.secret, pair.secretAccessKey);
});

test("a key of the settings is the administrator's, can be changed there, and comes with its user", async (t) => {
  const house = openTestIdentity(t);
  const pair = { accessKeyId: "AKIA_OF_THE_OPERATOR", secretAccessKey: "one" };
  assert.equal(await house.firstAccount(pair), undefined);
  assert.equal(house.identity().credential(pair.accessKeyId, undefined)?.secret, "one");
  await house.firstAccount({ ...pair, secretAccessKey: "two" });
  assert.equal(house.identity().credential(pair.accessKeyId, undefined)?.secret, "two");
  await assert.rejects(house.firstAccount({ accessKeyId: "short", secretAccessKey: "x" }), /NEPHOSCOPE_ADMIN_KEY_ID/);
});

test("an account named later begins with an administrator of its own", async (t) => {
  const house = openTestIdentity(t);
  await house.firstAccount();
  const pair = await house.firstAccount(undefined, "210987654321");
  assert.ok(pair);
  assert.equal(house.identity().credential(pair.accessKeyId, undefined)?.account, "210987654321");
});
