import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel } from "../model/load.ts";
import { hostileBodies, hostileHeads } from "./hostile.ts";
import { loadTarget, targets } from "./targets.ts";

const models = targets
  .filter((target) => ["cloudwatch-logs", "sts", "cloudwatch", "sns", "s3", "lambda"].includes(target.service))
  .map((target) => loadTarget(target).model);

// With their constraints too, so that patterns meet hostile text.
models.push(loadModel("cloudwatch-logs"), loadModel("sts"));

test("damaged bodies of every protocol are read or refused, and nothing else", () => {
  const result = hostileBodies(models, 3000, 42);
  assert.deepEqual(result.faults, []);
  assert.ok(result.read > 100 && result.refused > 100, `${result.read} read, ${result.refused} refused`);
});

test("damaged heads are refused, unless they still mean what was signed", async () => {
  const services = models
    .slice(0, 2)
    .map((model) => ({ model, implemented: new Set(model.operations.keys()), run: async () => ({}) }));
  const result = await hostileHeads(services, 2000, 42);
  assert.deepEqual(result.faults, []);
  assert.ok(result.read > 50 && result.refused > 500, `${result.read} read, ${result.refused} refused`);
});
