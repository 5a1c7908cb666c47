import assert from "node:assert/strict";
import { test } from "node:test";
import { crashRun } from "./crash-run.ts";

const PROC_IS_LINUX = process.platform === "linux" ? false : "processes are found through /proc";

test("acknowledged events survive kill -9 of the server and of the engine, exactly once", {
  skip: PROC_IS_LINUX,
}, async (t) => {
  const report = await crashRun({
    kills: 4,
    seed: 20_261_121,
    target: "both",
    plainWriters: 4,
    sdkWriters: 1,
    log: (line) => t.diagnostic(line),
  });
  assert.deepEqual(report.findings, { lost: 0, doubled: 0, altered: 0, misplaced: 0, miscounted: 0, examples: [] });
  assert.ok(report.kills.server > 0 && report.kills.engine > 0, "both were killed");
  assert.ok(report.events.acknowledged > 1_000, "there was something to lose");
});
