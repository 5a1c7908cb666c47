import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../platform/clock/virtual-clock.ts";
import { signInLimit } from "./sign-in-limit.ts";

test("ten failures of a name or an address in a minute are enough; the next minute begins anew", async () => {
  const clock = virtualClock(0);
  const limit = signInLimit(clock);
  for (let tries = 0; tries < 10; tries++) {
    assert.ok(limit.allows(["ann", "10.0.0.1"]));
    limit.failed(["ann", "10.0.0.1"]);
  }
  assert.ok(!limit.allows(["ann", "10.0.0.2"]));
  assert.ok(!limit.allows(["bob", "10.0.0.1"]));
  assert.ok(limit.allows(["bob", "10.0.0.2"]));
  await clock.advance(60_000);
  assert.ok(limit.allows(["ann", "10.0.0.1"]));
});

test("a flood of invented names takes a bounded memory", () => {
  const limit = signInLimit(virtualClock(0));
  for (let name = 0; name < 30_000; name++) limit.failed([`name ${name}`]);
  assert.ok(limit.allows(["ann"]));
});
