import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { RecordedBatch } from "../flows/recorder.ts";
import { FlowSpool } from "./flow-spool.ts";

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "nephoscope-spool-"));
  t.after(() => rm(made, { recursive: true }));
  return join(made, "flows");
}

const flow = (sourcePort: number): RecordedBatch["flows"][number] => ({
  source: "10.0.0.1",
  destination: "10.0.0.2",
  sourcePort,
  destinationPort: 22,
  protocol: 6,
  packets: 1,
  bytes: 60,
  start: 0,
  end: 1,
  action: "ACCEPT",
  direction: "ingress",
  packetSource: "10.0.0.1",
  packetDestination: "10.0.0.2",
});
const batch = (id: string, flows: number, interfaceId = "eni-1"): RecordedBatch => ({
  id,
  interfaceId,
  interval: 60,
  start: 0,
  end: 60,
  flows: Array.from({ length: flows }, (_, port) => flow(port)),
  skipped: false,
});

async function drained(spool: FlowSpool) {
  const sent: { id: string; flows: object[]; skipped: boolean; continued?: boolean; elsewhere?: string[] }[] = [];
  await spool.drain(async (one) => {
    sent.push(one as (typeof sent)[number]);
    return true;
  });
  return sent;
}

test("what was recorded waits on disk for the server, in its order, also over a restart", async (t) => {
  const place = await folder(t);
  await new FlowSpool(place, 1e9).add([batch("a", 1), batch("b", 1)]);
  const spool = new FlowSpool(place, 1e9);
  let tries = 0;
  const away = spool.drain(async () => {
    tries++;
    throw new Error("away");
  });
  await assert.rejects(away, /away/);
  assert.equal(tries, 1);
  assert.deepEqual(
    (await drained(spool)).map(({ id }) => id),
    ["a", "b"],
  );
  assert.deepEqual(await drained(spool), []);
});

test("a batch that is too large for a call goes in parts that have ids of their own", async (t) => {
  const spool = new FlowSpool(await folder(t), 1e9);
  await spool.add([batch("a", 25_000)]);
  const parts = await drained(spool);
  assert.deepEqual(
    parts.map(({ id, flows, continued, elsewhere }) => [id, flows.length, continued, elsewhere]),
    [
      ["a-0", 10_000, false, ["ACCEPT"]],
      ["a-1", 10_000, true, ["ACCEPT"]],
      ["a-2", 5_000, true, ["ACCEPT"]],
    ],
  );
});

test("records that the server refuses for good do not hold up the others, and the next ones tell so", async (t) => {
  const spool = new FlowSpool(await folder(t), 1e9);
  await spool.add([batch("bad", 1), batch("good", 1, "eni-2")]);
  const taken: string[] = [];
  await spool.drain(async (one) => {
    const { id } = one as { id: string };
    if (id === "bad") return false;
    taken.push(id);
    return true;
  });
  assert.deepEqual(taken, ["good"]);
  await spool.add([batch("next", 1), batch("later", 1)]);
  assert.deepEqual(
    (await drained(spool)).map(({ id, skipped }) => [id, skipped]),
    [
      ["next", true],
      ["later", false],
    ],
  );
});

test("at its bound the oldest goes, and the next record of its interface tells so", async (t) => {
  const spool = new FlowSpool(await folder(t), 5_000);
  await spool.add([batch("old", 15, "eni-1")]);
  await spool.add([batch("new", 15, "eni-2")]);
  await spool.add([batch("next", 1, "eni-1")]);
  assert.deepEqual(
    (await drained(spool)).map(({ id, skipped }) => [id, skipped]),
    [
      ["new", false],
      ["next", true],
    ],
  );
});
