import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../platform/clock/virtual-clock.ts";
import { signInLimit } from "./sign-in-limit.ts";

test("ten failures of a name in a minute are enough; the next minute begins anew", async () => {
  const clock = virtualClock(0);
  const limit = signInLimit(clock);
  const ann = { name: "ann", address: "10.0.0.1" };
  for (let tries = 0; tries < 10; tries++) {
    assert.ok(limit.allows(ann));
    limit.failed(ann);
  }
  assert.ok(!limit.allows({ ...ann, address: "10.0.0.2" }));
  assert.ok(limit.allows({ ...ann, name: "bob" }));
  await clock.advance(60_000);
  assert.ok(limit.allows(ann));
});

test("an address may fail more often than a name, and not without end", () => {
  const limit = signInLimit(virtualClock(0));
  for (let tries = 0; tries < 100; tries++) limit.failed({ name: `user ${tries}`, address: "10.0.0.1" });
  assert.ok(!limit.allows({ name: "ann", address: "10.0.0.1" }));
  assert.ok(limit.allows({ name: "ann", address: "10.0.0.2" }));
});

test("a flood of invented names takes a bounded memory", () => {
  const limit = signInLimit(virtualClock(0));
  for (let name = 0; name < 30_000; name++) limit.failed({ name: `name ${name}`, address: `address ${name}` });
  assert.ok(limit.allows({ name: "ann", address: "10.0.0.1" }));
});
