import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, existsSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import {
  type HarnessOptions,
  makeDirectory,
  type RunningCollector,
  startCollector,
  until,
} from "./collector-harness.ts";

async function scene(t: TestContext, item: object = {}, options: Partial<HarnessOptions> = {}) {
  const service = await new FakeCloudWatch().startFor(t);
  const directory = makeDirectory(t);
  const path = join(directory, "app.log");
  const files = [{ file_path: path, log_group_name: "G", log_stream_name: "S", ...item }];
  const start = (more: Partial<HarnessOptions> = {}): RunningCollector =>
    startCollector(t, { service, state: join(directory, "state"), files, ...options, ...more });
  const got = () => service.messages("G");
  const arrives = (...expected: readonly string[]) =>
    until(
      () => got().length >= expected.length,
      () => ({ got: got(), expected }),
    ).then(() => assert.deepEqual(got(), expected));
  return { service, directory, path, start, got, arrives };
}

/** Lines that no two files begin with alike, as logs with times do not. */
const lines = (name: string, from: number, to: number): readonly string[] =>
  Array.from(
    { length: to - from },
    (_, index) => `${name} line ${String(from + index).padStart(6, "0")} of a log that has long enough lines`,
  );

const text = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("");

test("a file is read from its beginning, then as it grows; group and stream are created", async (t) => {
  const { path, start, arrives, service } = await scene(t, {
    retention_in_days: 7,
    log_group_class: "INFREQUENT_ACCESS",
  });
  writeFileSync(path, "one\n");
  const { health } = start();
  await arrives("one");
  appendFileSync(path, "two\nthr");
  await arrives("one", "two");
  appendFileSync(path, "ee\n");
  await arrives("one", "two", "three");
  assert.deepEqual(service.groups.get("G"), { groupClass: "INFREQUENT_ACCESS", retention: 7 });
  // The service has a call before its sender knows that it was taken.
  await until(
    () => health.count("EventsSent") === 3,
    () => health.count("EventsSent"),
  );
});

test("a file that comes later is read whole", async (t) => {
  const { path, start, arrives } = await scene(t);
  start();
  await sleep(300);
  writeFileSync(path, "late\n");
  await arrives("late");
});

test("after a stop, reading goes on where it ended", async (t) => {
  const { path, start, arrives } = await scene(t);
  writeFileSync(path, "one\ntwo\n");
  const first = start();
  await arrives("one", "two");
  await first.stop();
  appendFileSync(path, "three\n");
  start();
  await arrives("one", "two", "three");
});

test("after a crash nothing is lost; what was not acknowledged and saved may come twice", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 2000)));
  const first = start();
  await until(() => got().length > 0);
  await first.crash();
  start();
  const wanted = new Set(lines("a", 0, 2000));
  await until(
    () => new Set(got()).size === wanted.size,
    () => new Set(got()).size,
  );
  assert.deepEqual(new Set(got()), wanted);
});

test("renamed: the old file is read to its end, though its writer keeps it, and the new one from its beginning", async (t) => {
  const { path, start, got } = await scene(t);
  const first = lines("old", 0, 500);
  writeFileSync(path, text(first));
  start();
  await until(() => got().length === 500);
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, text(lines("old", 500, 600)));
  writeFileSync(path, text(lines("new", 0, 100)));
  appendFileSync(`${path}.1`, text(lines("old", 600, 700)));
  await until(
    () => got().length === 800,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), [...lines("old", 0, 700), ...lines("new", 0, 100)].sort());
});

test("a writer that goes on with the old file long after the rotation is noticed", async (t) => {
  let shift = 0;
  const { path, start, got } = await scene(t, {}, { now: () => Date.now() + shift });
  writeFileSync(path, text(lines("old", 0, 10)));
  const { collector } = start();
  await until(() => got().length === 10);
  renameSync(path, `${path}.1`);
  writeFileSync(path, text(lines("new", 0, 10)));
  await until(() => got().length === 20);
  shift += 6_000;
  await until(
    () => collector.files === 1,
    () => collector.files,
  );
  appendFileSync(`${path}.1`, text(lines("old", 10, 20)));
  shift += 11_000;
  await until(
    () => got().length === 30,
    () => got().length,
  );
});

test("several rotations between two looks: the files in between are read, those of long ago are not", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(`${path}.3`, text(lines("ancient", 0, 10)));
  writeFileSync(path, text(lines("a", 0, 10)));
  start();
  await until(() => got().length === 10);
  renameSync(path, `${path}.2`);
  writeFileSync(`${path}.1`, text(lines("b", 0, 10)));
  writeFileSync(path, text(lines("c", 0, 10)));
  await until(
    () => got().length === 30,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), ["a", "b", "c"].flatMap((name) => lines(name, 0, 10)).sort());
});

test("rotations while the agent was away are caught up with", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(`${path}.9`, text(lines("ancient", 0, 10)));
  writeFileSync(path, text(lines("a", 0, 10)));
  const first = start();
  await until(() => got().length === 10);
  await first.stop();
  await sleep(20);
  appendFileSync(path, text(lines("a", 10, 20)));
  renameSync(path, `${path}.2`);
  await sleep(20);
  writeFileSync(`${path}.1`, text(lines("b", 0, 10)));
  await sleep(20);
  writeFileSync(path, text(lines("c", 0, 10)));
  start();
  await until(
    () => got().length >= 40,
    () => got(),
  );
  assert.deepEqual([...got()].sort(), [...lines("a", 0, 20), ...lines("b", 0, 10), ...lines("c", 0, 10)].sort());
});

test("copied and truncated: what was written before the cut is read from the copy", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 100)));
  start();
  await until(() => got().length === 100);
  appendFileSync(path, text(lines("a", 100, 200)));
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
  appendFileSync(path, text(lines("b", 0, 10)));
  await until(
    () => got().length >= 210,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), [...lines("a", 0, 200), ...lines("b", 0, 10)].sort());
});

test("written anew and longer than before: the new content is read whole", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 10)));
  start();
  await until(() => got().length === 10);
  writeFileSync(path, text(lines("b", 0, 50)));
  await until(
    () => got().length >= 60,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), [...lines("a", 0, 10), ...lines("b", 0, 50)].sort());
});

test("copied and truncated while the agent was away", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 100)));
  const first = start();
  await until(() => got().length === 100);
  await first.stop();
  appendFileSync(path, text(lines("a", 100, 200)));
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
  appendFileSync(path, text(lines("b", 0, 10)));
  start();
  await until(
    () => got().length >= 210,
    () => got().length,
  );
  assert.deepEqual([...got()].sort(), [...lines("a", 0, 200), ...lines("b", 0, 10)].sort());
});

test("deleted and created again, many times", async (t) => {
  const { path, start, got } = await scene(t);
  const { collector } = start();
  const wanted: string[] = [];
  for (let round = 0; round < 10; round++) {
    writeFileSync(path, text(lines(`r${round}`, 0, 20)));
    wanted.push(...lines(`r${round}`, 0, 20));
    await until(
      () => got().length === wanted.length,
      () => [got().length, wanted.length],
    );
    rmSync(path);
  }
  assert.deepEqual([...got()].sort(), wanted.sort());
  assert.ok(collector.files <= 11);
});

test("a file that is saved anew by an editor is read on, not again", async (t) => {
  const { path, start, got } = await scene(t);
  writeFileSync(path, text(lines("a", 0, 20)));
  start();
  await until(() => got().length === 20);
  writeFileSync(`${path}.tmp`, text(lines("a", 0, 25)));
  renameSync(`${path}.tmp`, path);
  await until(
    () => got().length >= 25,
    () => got().length,
  );
  await sleep(300);
  assert.deepEqual(got(), lines("a", 0, 25));
});

test("of a pattern, the newest file is followed; compressed and blacklisted files are not", async (t) => {
  const { path, directory, start, got } = await scene(t, { file_path: undefined });
  const files = [
    { file_path: join(directory, "*.log*"), log_group_name: "G", log_stream_name: "S", blacklist: "^bad" },
  ];
  writeFileSync(join(directory, "old.log"), "old\n");
  await sleep(20);
  writeFileSync(path, "app\n");
  await sleep(20);
  writeFileSync(join(directory, "z.log.gz"), "gzip\n");
  writeFileSync(join(directory, "bad.log"), "bad\n");
  start({ files });
  await until(() => got().length === 1);
  writeFileSync(join(directory, "newer.log"), "newer\n");
  await until(() => got().length === 2, got);
  appendFileSync(path, "app again\n");
  await until(() => got().length === 3, got);
  assert.deepEqual([...got()].sort(), ["app", "app again", "newer"]);
});

test("publish_multi_logs: every file goes to a stream of its own", async (t) => {
  const { directory, start, service } = await scene(t);
  for (const name of ["a", "b", "c"]) writeFileSync(join(directory, `${name}.log`), `${name}\n`);
  start({ files: [{ file_path: join(directory, "*.log"), log_group_name: "G", publish_multi_logs: true }] });
  await until(
    () => service.events === 3,
    () => [...service.streams],
  );
  const prefix = `${directory.replaceAll("/", "_")}_`;
  for (const name of ["a", "b", "c"]) assert.deepEqual(service.messages("G", `${prefix}${name}.log`), [name]);
});

test("auto_removal: a file that a newer one replaced is removed once it is stored", async (t) => {
  let shift = 0;
  const { directory, start, got } = await scene(t, {}, { now: () => Date.now() + shift });
  const first = join(directory, "app-1.log");
  writeFileSync(first, text(lines("a", 0, 5)));
  start({
    files: [{ file_path: join(directory, "app-*.log"), log_group_name: "G", log_stream_name: "S", auto_removal: true }],
  });
  await until(() => got().length === 5);
  writeFileSync(join(directory, "app-2.log"), text(lines("b", 0, 5)));
  await until(() => got().length === 10, got);
  assert.ok(existsSync(first));
  shift += 10_000;
  await until(() => !existsSync(first));
  assert.ok(existsSync(join(directory, "app-2.log")));
});

test("events of several lines wait a second for their next line", async (t) => {
  const { path, start, arrives } = await scene(t, { multi_line_start_pattern: "^\\d" });
  writeFileSync(path, "1 a\n  at x\n2 b\n  at y\n");
  start();
  await arrives("1 a\n  at x", "2 b\n  at y");
});

test("lines of 1 MB, bytes that are no text, and an empty file", async (t) => {
  const { path, start, got } = await scene(t);
  const long = "x".repeat(1_048_550);
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(`${long}\n${long}y\n`), Buffer.from([0x61, 0xff, 0x0a, 0x0a, 0x62, 0x0a])]),
  );
  const { health } = start();
  await until(
    () => got().length === 4,
    () => got().length,
  );
  assert.deepEqual(
    got().map((message) => [message.length, message.slice(0, 1), message.slice(-14)]),
    [
      [1_048_550, "x", "xxxxxxxxxxxxxx"],
      [1_048_550, "x", "[Truncated...]"],
      [2, "a", "a\ufffd"],
      [1, "b", "b"],
    ],
  );
  assert.equal(health.count("EventsTruncated"), 1);
});

test("a clock that jumps loses nothing and stops nothing", async (t) => {
  let shift = 0;
  const { path, start, got } = await scene(t, {}, { now: () => Date.now() + shift });
  writeFileSync(path, text(lines("a", 0, 10)));
  start();
  await until(() => got().length === 10);
  shift = -3_600_000;
  appendFileSync(path, text(lines("a", 10, 20)));
  await until(
    () => got().length === 20,
    () => got().length,
  );
  shift = 7 * 24 * 3_600_000;
  appendFileSync(path, text(lines("a", 20, 30)));
  await until(
    () => got().length === 30,
    () => got().length,
  );
  assert.deepEqual(got(), lines("a", 0, 30));
});
