import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { WireFailure } from "@nephoscope/wire";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import { startJobs } from "../../../platform/jobs/jobs.ts";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import type { EventRange, StoredEvent } from "../events/event-store.ts";
import { logGroupIdRef, logGroupRef } from "../groups/log-group.ts";
import { logStreamRef } from "../streams/log-stream.ts";
import { startExports } from "./export-runner.ts";
import { activeExportRef, type ExportTask, exportTaskRef } from "./export-task.ts";

const scope = { account: "111122223333", region: "eu-west-1" };
const TASK = "01900000-0000-7000-8000-000000000000";
const cause = { action: "test" };
const streams = ["a", "b"];
/** Events of both streams in turn, each with 100 characters. */
const events: StoredEvent[] = Array.from({ length: 2_000 }, (_, i) => ({
  logStreamName: streams[i % 2] ?? "",
  timestamp: 1_000 + Math.floor(i / 3),
  seq: BigInt(i),
  message: `event ${i} `.padEnd(100, "x"),
}));

/** A task over the events, with a bucket that tests break. */
async function openHouse(t: TestContext, put: (key: string, store: () => void) => Promise<void>) {
  const clock = virtualClock(1_000_000);
  const state = openSqliteState(":memory:", clock.now);
  const jobs = startJobs(clock, () => {});
  const objects = new Map<string, string>();
  const group = { groupId: 7, logGroupClass: "STANDARD", deletionProtectionEnabled: false, tags: {}, creationTime: 0 };
  const task: ExportTask = {
    logGroupName: "g",
    groupId: 7,
    from: 1_010,
    to: 5_000,
    below: "1900",
    bucket: "exports",
    prefix: "p",
    writer: "logs.amazonaws.com",
    status: { code: "PENDING" },
    creationTime: clock.now(),
  };
  await state.commit({
    cause,
    changes: [
      { put: logGroupRef(scope, "g"), document: group, expect: "absent" },
      { put: logGroupIdRef(7), document: { ...scope, name: "g" }, expect: "absent" },
      ...streams.map((name) => ({ put: logStreamRef(7, name), document: {}, expect: "absent" }) as const),
      { put: exportTaskRef(scope, TASK), document: task, expect: "absent" },
      { put: activeExportRef(scope), document: { taskId: TASK }, expect: "absent" },
    ],
  });
  const start = () =>
    startExports({
      state,
      jobs,
      clock,
      log: () => {},
      limits: { pieceBytes: 1_000, partBytes: 10_000, heldBytes: 1e6 },
      buckets: {
        put: async (_source, _writer, _bucket, key, body) =>
          put(key, () => void objects.set(key, gunzipSync(body).toString())),
      },
      events: {
        async *scan({ streams: names, fromMs, toMs, arrived }: EventRange) {
          const found = events.filter(
            ({ logStreamName, timestamp, seq }) =>
              names?.includes(logStreamName) &&
              timestamp >= fromMs &&
              timestamp <= toMs &&
              seq < (arrived?.below ?? 0n),
          );
          for (let i = 0; i < found.length; i += 100) yield found.slice(i, i + 100);
        },
      },
    });
  let runner = start();
  t.after(async () => {
    await jobs.close();
    await runner.close();
    state.close();
  });
  const status = () => state.get<ExportTask>(exportTaskRef(scope, TASK))?.document.status;
  return {
    state,
    objects,
    status,
    wake: () => runner.wake(),
    /** As after a crash: what is under way is left, and another runner finds the task. */
    async restart() {
      await runner.close();
      runner = start();
      runner.wake();
    },
    async until(code: string) {
      const deadline = performance.now() + 20_000;
      while (status()?.code !== code) {
        if (performance.now() > deadline) throw new Error(`the task is ${JSON.stringify(status())}, not ${code}`);
        await clock.advance(1_000);
        await pause(5);
      }
    },
  };
}

/** What the objects of a stream hold, in the order of their names. */
function linesOf(objects: ReadonlyMap<string, string>, stream: string): string[] {
  const keys = [...objects.keys()].filter((key) => key.startsWith(`p/${TASK}/${stream}/`)).sort();
  assert.deepEqual(
    keys.map((key) => key.slice(-9)),
    keys.map((_, i) => `${String(i).padStart(6, "0")}.gz`),
  );
  return keys.flatMap((key) => (objects.get(key) ?? "").trimEnd().split("\n"));
}

function assertWhole(objects: ReadonlyMap<string, string>): void {
  for (const stream of streams) {
    const expected = events
      .filter(({ logStreamName, timestamp, seq }) => logStreamName === stream && timestamp >= 1_010 && seq < 1_900n)
      .map(({ timestamp, message }) => `${new Date(timestamp).toISOString()} ${message}`);
    assert.deepEqual(linesOf(objects, stream), expected);
  }
}

test("a task that fails in passing goes on behind its last object", async (t) => {
  let puts = 0;
  const house = await openHouse(t, async (_key, store) => {
    puts += 1;
    if (puts % 3 === 0) throw new Error("the disk was busy");
    store();
    // The object is there, but whoever wrote it never heard of it.
    if (puts % 4 === 0) throw new Error("cut off");
  });
  house.wake();
  await house.until("COMPLETED");
  assert.ok(puts > 20);
  assertWhole(house.objects);
});

test("a task whose server stopped is finished by the next one, whole and with nothing twice", async (t) => {
  let puts = 0;
  let stopped = false;
  const house = await openHouse(t, async (_key, store) => {
    puts += 1;
    store();
    if (puts === 5) {
      stopped = true;
      throw new Error("the power failed");
    }
  });
  house.wake();
  while (!stopped) await pause(5);
  await house.restart();
  await house.until("COMPLETED");
  assertWhole(house.objects);
  assert.deepEqual(house.state.get(activeExportRef(scope))?.document, {});
});

test("what the bucket refuses makes the task FAILED, with the bucket's reason", async (t) => {
  const house = await openHouse(t, async () => {
    throw new WireFailure("AccessDenied", "not any more", { status: 403 });
  });
  house.wake();
  await house.until("FAILED");
  assert.equal(house.status()?.message, "not any more");
  assert.deepEqual(house.state.get(activeExportRef(scope))?.document, {});
});

test("a task that is to be cancelled stops at its next object", async (t) => {
  const house = await openHouse(t, async (_key, store) => {
    store();
    const found = house.state.get<ExportTask>(exportTaskRef(scope, TASK));
    assert.ok(found !== undefined);
    const document: ExportTask = { ...found.document, status: { code: "PENDING_CANCEL" } };
    await house.state.commit({ cause, changes: [{ put: found.ref, document, expect: found.version }] });
  });
  house.wake();
  await house.until("CANCELLED");
  assert.equal(house.objects.size, 1);
});

test("a group whose key can't be used any more makes the task FAILED", async (t) => {
  const house = await openHouse(t, async () => {
    throw new KeyRefused("DisabledException", "the key is disabled");
  });
  house.wake();
  await house.until("FAILED");
  assert.equal(house.status()?.message, "the key is disabled");
});

test("a task whose group is gone is FAILED", async (t) => {
  const house = await openHouse(t, async (_key, store) => store());
  await house.state.commit({ cause, changes: [{ remove: logGroupRef(scope, "g"), expect: "present" }] });
  house.wake();
  await house.until("FAILED");
  assert.equal(house.status()?.message, "The log group was deleted.");
});
