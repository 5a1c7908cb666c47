import assert from "node:assert/strict";
import { test } from "node:test";
import { roundTrip } from "./roundtrip.ts";
import { loadTarget, targets } from "./targets.ts";

/** A fixed seed and few rounds; `run.ts` takes every operation and as many rounds as one likes. */
for (const target of targets) {
  const words = `${target.service}${target.protocol ? ` over ${target.protocol}` : ""}`;
  test(`real clients of ${words} and the codec understand each other`, async () => {
    const rounds = target.committed ? 6 : 2;
    const result = await roundTrip({ ...loadTarget(target), rounds, seed: 42, operations: target.sample });
    assert.deepEqual(result.failures, []);
    assert.ok(result.calls >= result.operations * rounds && result.operations > 0);
  });
}
