import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { makeDirectory, startCollector, until } from "./collector-harness.ts";

/** An hour in six steps, with 50 lines of 100 bytes a second: 18 MB. */
const STEPS = 6;
const STEP_MS = 10 * 60_000;
const LINES_A_STEP = 30_000;

const lineOf = (number: number): string =>
  `${String(number).padStart(9, "0")} ${"served GET /api/orders in 12 ms for user ".repeat(2)}`;

/** Writes an hour of lines, by a clock of its own, while the service is away. */
async function anHourAway(t: Parameters<typeof makeDirectory>[0], spoolBytes: number) {
  const service = await new FakeCloudWatch().startFor(t);
  const directory = makeDirectory(t);
  const path = join(directory, "app.log");
  let shift = 0;
  const options = {
    service,
    state: join(directory, "state"),
    files: [{ file_path: path, log_group_name: "G", log_stream_name: "S" }],
    spoolBytes,
    maxBuffered: 2_000_000,
    flushInterval: 5_000,
    now: () => Date.now() + shift,
  };
  let number = 0;
  const write = (lines: number) =>
    appendFileSync(path, Array.from({ length: lines }, () => `${lineOf(number++)}\n`).join(""));
  write(10);
  const first = startCollector(t, options);
  shift += 10_000;
  await until(() => service.events === 10);
  await service.stop();
  for (let step = 0; step < STEPS; step++) {
    write(LINES_A_STEP);
    await until(
      () => first.collector.behind === 0 || (spoolBytes === 0 && !first.delivery.room),
      () => first.collector.behind,
    );
    shift += STEP_MS;
  }
  const wanted = Array.from({ length: number }, (_, at) => lineOf(at));
  const pass = (milliseconds: number): void => {
    shift += milliseconds;
  };
  return { service, options, first, wanted, pass };
}

test("the service is away for an hour: what was written waits in the spool, and comes in order, each line once", async (t) => {
  const { service, first, wanted, pass } = await anHourAway(t, 100_000_000);
  await until(
    () => first.spool.bytes > 15_000_000,
    () => first.spool.bytes,
  );
  assert.ok(first.health.count("EventsSpooled") > 100_000);
  assert.ok(first.delivery.buffered < 2_300_000);
  await service.start();
  pass(60_000);
  await until(
    () => service.events >= wanted.length && first.spool.calls === 0,
    () => [service.events, wanted.length, first.spool.calls],
  );
  assert.deepEqual(service.messages("G"), wanted);
  assert.equal(first.health.count("EventsDropped"), 0);
  assert.equal(first.spool.bytes, 0);
});

test("an hour away with a stop of the agent in it: nothing is lost, and the order holds", async (t) => {
  const { service, first, options, wanted, pass } = await anHourAway(t, 100_000_000);
  await first.stop();
  await service.start();
  pass(60_000);
  const second = startCollector(t, options);
  await until(
    () => service.events >= wanted.length && second.spool.calls === 0,
    () => [service.events, wanted.length, second.spool.calls],
  );
  assert.deepEqual(service.messages("G"), wanted);
});

test("without a spool, an hour of lines waits in the files", async (t) => {
  const { service, first, wanted, pass } = await anHourAway(t, 0);
  assert.ok(first.collector.behind > 10_000_000, String(first.collector.behind));
  await service.start();
  pass(60_000);
  await until(
    () => service.events >= wanted.length,
    () => [service.events, wanted.length],
  );
  assert.deepEqual(service.messages("G"), wanted);
});
