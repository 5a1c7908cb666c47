import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AwsClient } from "../aws/client.ts";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { type HarnessOptions, makeDirectory, startCollector, until } from "./collector-harness.ts";

const LINE = "x".repeat(900);
const lines = (name: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `${name} ${String(from + index).padStart(6, "0")} ${LINE}`);
const text = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("");

async function scene(t: TestContext, options: Partial<HarnessOptions> = {}) {
  const service = await new FakeCloudWatch().startFor(t);
  const directory = makeDirectory(t);
  const path = join(directory, "app.log");
  const state = join(directory, "state");
  const files = [{ file_path: path, log_group_name: "G", log_stream_name: "S" }];
  const start = (more: Partial<HarnessOptions> = {}) =>
    startCollector(t, { service, state, files, ...options, ...more });
  return { service, directory, path, state, start, got: () => service.messages("G") };
}

test("the service goes away and comes back: nothing is lost, and nothing comes twice", async (t) => {
  const { service, path, start, got } = await scene(t, { maxBuffered: 200_000 });
  writeFileSync(path, text(lines("a", 0, 100)));
  const { health } = start();
  await until(() => got().length === 100);
  await service.stop();
  appendFileSync(path, text(lines("a", 100, 2000)));
  await until(() => health.count("CallsRetried") > 2);
  await service.start();
  await until(
    () => got().length >= 2000,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), lines("a", 0, 2000));
});

test("while the service is away, memory is bounded: files wait", async (t) => {
  const { service, path, start, got } = await scene(t, { maxBuffered: 100_000 });
  service.failing = "ServiceUnavailableException";
  writeFileSync(path, text(lines("a", 0, 3000)));
  const { delivery, health } = start();
  await until(() => health.count("CallsRetried") > 1);
  // One read of 256 KB may pass the bound, and no more.
  assert.ok(delivery.buffered < 100_000 + 300_000, String(delivery.buffered));
  service.failing = undefined;
  await until(
    () => got().length === 3000,
    () => got().length,
  );
});

test("rotations while the service is away lose nothing, even when the old file is deleted", async (t) => {
  const { service, path, start, got } = await scene(t, { maxBuffered: 50_000 });
  service.failing = "hang up";
  writeFileSync(path, text(lines("a", 0, 300)));
  const { collector, health } = start();
  for (let round = 1; round < 6; round++) {
    await until(
      () => health.count("FilesRotated") >= round - 1 && collector.files >= round,
      () => [collector.files, health.count("FilesRotated")],
    );
    renameSync(path, `${path}.1`);
    writeFileSync(path, text(lines(`r${round}`, 0, 100)));
    await until(() => health.count("FilesRotated") >= round);
    rmSync(`${path}.1`);
  }
  service.failing = undefined;
  const wanted = [...lines("a", 0, 300), ...[1, 2, 3, 4, 5].flatMap((round) => lines(`r${round}`, 0, 100))];
  await until(
    () => got().length >= wanted.length,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), wanted.sort());
});

test("what fails for long goes to the spool, survives a crash, and is sent first when the service is back", async (t) => {
  let shift = 0;
  const { service, path, start, got, state } = await scene(t, {
    spoolBytes: 10_000_000,
    now: () => Date.now() + shift,
  });
  service.failing = "InternalFailure";
  writeFileSync(path, text(lines("a", 0, 500)));
  const first = start();
  await until(() => first.health.count("CallsRetried") > 0);
  shift += 60_000;
  await until(
    () => first.health.count("EventsSpooled") === 500,
    () => first.health.count("EventsSpooled"),
  );
  await until(() => first.spool.calls > 0);
  await first.collector.save();
  await first.crash();
  rmSync(path);
  assert.ok(readdirSync(join(state, "spool", "")).length > 0);
  service.failing = undefined;
  const second = start();
  await until(
    () => got().length >= 500,
    () => got().length,
  );
  assert.deepEqual([...new Set(got())].sort(), lines("a", 0, 500));
  await until(() => second.spool.calls === 0);
});

test("a full spool holds the files back, or gives up the newest or oldest as configured, counted", async (t) => {
  for (const whenFull of ["wait", "drop_newest", "drop_oldest"] as const) {
    await t.test(whenFull, async (t) => {
      let shift = 0;
      const { service, path, start, got } = await scene(t, {
        spoolBytes: 300_000,
        whenFull,
        maxBuffered: 100_000,
        now: () => Date.now() + shift,
      });
      service.failing = "InternalFailure";
      writeFileSync(path, text(lines("a", 0, 1500)));
      const { health, spool } = start();
      await until(() => health.count("CallsRetried") > 0);
      shift += 60_000;
      if (whenFull === "wait") {
        await until(() => health.count("EventsSpooled") > 0);
        assert.equal(health.count("EventsDropped"), 0);
      } else
        await until(
          () => health.count("EventsDropped") > 500,
          () => [...health.counts()],
        );
      assert.ok(spool.bytes <= 300_000);
      service.failing = undefined;
      shift += 120_000;
      const kept = () => 1500 - health.count("EventsDropped");
      await until(
        () => got().length === kept() && spool.calls === 0,
        () => [got().length, kept(), spool.calls],
      );
      if (whenFull === "wait") assert.equal(got().length, 1500);
      const last = got().includes(lines("a", 1499, 1500)[0] ?? "");
      if (whenFull === "drop_oldest") assert.ok(last, "the newest are kept");
    });
  }
});

test("a disk that takes neither positions nor spool: events are still sent, and the fault is told", async (t) => {
  const { path, start, got, state } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 10)));
  // A directory in the place of the file is a disk that refuses, for root, too.
  const running = start();
  await until(() => got().length === 10);
  await running.collector.save();
  rmSync(join(state, "positions.json"));

  mkdirSync(join(state, "positions.json"));
  writeFileSync(join(state, "positions.json", "x"), "");
  appendFileSync(path, text(lines("a", 10, 20)));
  await until(() => got().length === 20);
  await running.collector.save();
  await until(
    () => running.written.some((line) => line.includes("positions can not be written")),
    () => running.written,
  );
  rmSync(join(state, "positions.json"), { recursive: true });
  await running.stop();
  assert.ok(existsSync(join(state, "positions.json")), "written at last");
});

test("throttling and lost answers are waited out; a refused call is given up, counted and told", async (t) => {
  const { service, path, start, got } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 10)));
  const { health, written } = start();
  await until(() => got().length === 10);
  service.failures.push("ThrottlingException", "hang up", "AccessDeniedException");
  appendFileSync(path, text(lines("a", 10, 20)));
  await until(
    () => got().length === 20,
    () => got().length,
  );
  service.failures.push("InvalidParameterException");
  appendFileSync(path, text(lines("a", 20, 21)));
  await until(() => health.count("EventsDropped") === 1);
  assert.ok(written.some((line) => /^error: PutLogEvents for G S: InvalidParameterException/.test(line)));
});

test("batches keep the service's rules: order, span, size, number", async (t) => {
  const service = await new FakeCloudWatch().startFor(t);
  const directory = makeDirectory(t);
  const path = join(directory, "app.log");
  const day = (index: number) =>
    `2026-11-${String(1 + (index % 3) * 5).padStart(2, "0")} ${String(index % 24).padStart(2, "0")}:00:00 event ${index}`;
  const wanted = [
    ...Array.from({ length: 300 }, (_, index) => day(index)),
    ...Array.from({ length: 25_000 }, (_, index) => `2026-11-20 00:00:00 ${index}`),
  ];
  writeFileSync(path, text(wanted));
  startCollector(t, {
    service,
    state: join(directory, "state"),
    files: [
      {
        file_path: path,
        log_group_name: "G",
        log_stream_name: "S",
        timestamp_format: "%Y-%m-%d %H:%M:%S",
        timezone: "UTC",
      },
    ],
  });
  await until(
    () => service.events === wanted.length,
    () => service.events,
  );
  // The service of the test has checked each call.
  assert.deepEqual([...service.messages("G")].sort(), wanted.sort());
});

test("a clock that is wrong is found out by the server's answer, and calls are signed with the server's time", async (t) => {
  const dates: string[] = [];
  const server = createServer((request, response) => {
    const date = String(request.headers["x-amz-date"]);
    dates.push(date);
    request.resume();
    const right = date.slice(0, 8) === new Date().toISOString().slice(0, 10).replaceAll("-", "");
    response.statusCode = right ? 200 : 400;
    response.end(right ? "{}" : JSON.stringify({ __type: "InvalidSignatureException", message: "Signature expired" }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const client = new AwsClient({
    service: "logs",
    endpoint: `http://127.0.0.1:${address.port}`,
    region: "r",
    credentials: async () => ({ accessKeyId: "KEY", secret: "S" }),
    now: () => Date.UTC(2001, 0, 1),
    connections: 1,
  });
  t.after(() => client.close());
  await client.call("PutLogEvents", "{}");
  await client.call("PutLogEvents", "{}");
  assert.equal(dates.length, 3);
  assert.match(dates[0] ?? "", /^20010101/);
});
