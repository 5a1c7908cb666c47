import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { prepare } from "../daemon/agent.ts";
import { agentPaths } from "../daemon/settings.ts";
import { setDetailedMonitoring } from "./detailed-monitoring.ts";

test("what MonitorInstances said is how the agent measures", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "nephoscope-monitoring-"));
  t.after(() => rmSync(home, { recursive: true }));
  const detailed = async () => {
    const { settings } = await prepare(
      { paths: agentPaths(home), mode: "onPremise", env: {}, now: Date.now },
      "us-east-1",
    );
    return settings.detailedMonitoring;
  };
  assert.equal(await detailed(), false);
  setDetailedMonitoring(home, true);
  assert.equal(await detailed(), true);
  setDetailedMonitoring(home, false);
  assert.equal(await detailed(), false);
});
