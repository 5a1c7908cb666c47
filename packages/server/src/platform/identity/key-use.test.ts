import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallRecord } from "@nephoscope/wire";
import { openTestIdentity } from "./testing.ts";

const MINUTE = 60_000;

test("a use is known at once, on disk after a minute, and then as often as every quarter of an hour", async (t) => {
  const house = openTestIdentity(t);
  const pair = await house.firstAccount();
  assert.ok(pair);
  const id = pair.accessKeyId;
  let commits = 0;
  house.state().onCommit(({ cause }) => {
    if (cause.action === "job:iam-last-use") commits++;
  });
  const use = () => {
    const credential = house.identity().credential(id, undefined);
    const at = house.clock.now();
    const call = {
      accessKeyId: id,
      principal: credential?.principal,
      service: "cloudwatch-logs",
      region: "eu-central-1",
      receivedAt: new Date(at),
    };
    house.identity().uses.note(call as CallRecord);
    return { at, service: "logs", region: "eu-central-1" };
  };
  const first = use();
  assert.deepEqual(house.identity().uses.of(id), first);
  await house.clock.advance(MINUTE);
  assert.equal(commits, 1);
  for (let minutes = 0; minutes < 20; minutes++) {
    use();
    await house.clock.advance(MINUTE);
  }
  assert.equal(commits, 2);
  const last = use();
  await house.identity().uses.flush();
  house.reopen();
  assert.deepEqual(house.identity().uses.of(id), last);
});

test("calls that prove nobody, and keys that were never used, leave nothing", (t) => {
  const { uses } = openTestIdentity(t).identity();
  const record = { accessKeyId: "AKIA1", principal: undefined, receivedAt: new Date(0) };
  uses.note(record as CallRecord);
  assert.equal(uses.of("AKIA1"), undefined);
});
