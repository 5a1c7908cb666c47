import assert from "node:assert/strict";
import { test } from "node:test";
import { describeReport, fuzz } from "./fuzz.ts";

test("two thousand mutated calls get well-formed answers, and no failure of the server", {
  timeout: 300_000,
}, async () => {
  const report = await fuzz({ requests: 2_000, seed: 20_261_120 });
  assert.deepEqual(report.findings, [], describeReport(report));
  assert.equal(report.requests >= 2_000, true);
  // The run would prove nothing if hardly anything got through to the handlers.
  assert.ok((report.answers.get("200") ?? 0) > 200, describeReport(report));
});
