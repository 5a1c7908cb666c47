import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerHealth } from "@nephoscope/server/health";
import { agentsPart, partsOf } from "./parts.ts";

const GB = 1e9;
const WELL: ServerHealth = {
  Version: "0.1.0",
  NodeVersion: "24.0.0",
  StartedAt: 0,
  ProcessBytes: 1,
  MachineBytes: 16 * GB,
  MachineFreeBytes: 8 * GB,
  Processors: 2,
  LoadAverage: 0.5,
  Disk: { FreeBytes: 50 * GB, TotalBytes: 100 * GB },
  Engine: {
    Kind: "embedded",
    State: "up",
    Details: {
      Version: "26.7",
      UptimeSeconds: 60,
      MemoryBytes: GB,
      MemoryLimitBytes: 4 * GB,
      Merges: 0,
      Mutations: 0,
      Disks: [],
      Tables: [],
      Queries: [],
    },
  },
  Stores: [{ Name: "state.db", Bytes: 4_096 }],
  Objects: "directory",
  Mail: "the mail outbox",
  Outbox: { Waiting: 0, GivenUp: 0 },
  LostCallRecords: 0,
  Jobs: [{ Name: "tidy", EveryMs: 1_000, Failures: 0 }],
};

test("a server that is well has no part that is not", () => {
  const parts = partsOf(WELL, 0);
  assert.deepEqual(
    parts.filter(({ state }) => state !== "success"),
    [],
  );
  assert.equal(parts.length, 6);
});

test("what is not well is told at its part, with what to do", () => {
  const told = (change: Partial<ServerHealth>, expected: readonly [name: string, state: string, text: RegExp]) => {
    const [name, state, text] = expected;
    const part = partsOf({ ...WELL, ...change }, 0).find((each) => each.name.startsWith(name));
    assert.equal(part?.state, state, name);
    assert.match(`${part?.text} ${part?.detail}`, text);
  };
  const engine = WELL.Engine;
  const details = engine.Details;
  assert.ok(details !== undefined);
  told({ Engine: { Kind: "embedded", State: "down", Fault: "It crashed." } }, [
    "Engine",
    "error",
    /It crashed\..*tries again/,
  ]);
  told({ Engine: { ...engine, Details: { ...details, MemoryBytes: 3.9 * GB } } }, [
    "Engine",
    "warning",
    /ENGINE_MEMORY/,
  ]);
  told({ Disk: { FreeBytes: 9 * GB, TotalBytes: 100 * GB } }, ["Disk", "warning", /9 GB free of 100 GB/]);
  told({ Disk: { FreeBytes: GB, TotalBytes: 100 * GB } }, ["Disk", "error", /Make room/]);
  told({ Outbox: { Waiting: 3, GivenUp: 1 } }, ["Outbox", "warning", /3 waiting, 1 given up/]);
  told({ LostCallRecords: 2 }, ["Record", "error", /2 lost/]);
  told({ Jobs: [{ Name: "tidy", EveryMs: 1, Failures: 2, LastError: "disk full" }] }, [
    "Background",
    "error",
    /1 of 1 failed.*tidy: disk full/,
  ]);
});

test("agents that went silent are told, those that never spoke are not counted as lost", () => {
  assert.equal(agentsPart(["Online", undefined], false).state, "success");
  assert.match(agentsPart(["Online", "ConnectionLost"], true).text, /^1 of 2\+ online$/);
  assert.equal(agentsPart(["Online", "ConnectionLost"], false).state, "warning");
});
