import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { makeDirectory, startCollector, until } from "./collector-harness.ts";

/** A disk of 4 MB of its own; undefined where one can not be mounted. */
function mountSmallDisk(t: TestContext): string | undefined {
  const path = mkdtempSync(join(tmpdir(), "nephoscope-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path]).status === 0;
  t.after(() => {
    if (mounted) assert.equal(spawnSync("umount", ["-l", path]).status, 0);
    rmdirSync(path);
  });
  return mounted ? path : undefined;
}

const lines = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${String(from + index).padStart(6, "0")} ${"x".repeat(900)}`);
const text = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("");

test("a really full disk, of spool and positions: files wait, a kill loses nothing, and all comes when the service is back", async (t) => {
  const disk = mountSmallDisk(t);
  if (disk === undefined) {
    t.skip("a small tmpfs can not be mounted here: it needs root");
    return;
  }
  const service = await new FakeCloudWatch().startFor(t);
  const path = join(makeDirectory(t), "app.log");
  let shift = 0;
  const options = {
    service,
    state: join(disk, "state"),
    files: [{ file_path: path, log_group_name: "G", log_stream_name: "S" }],
    // More than the disk has: the disk ends first.
    spoolBytes: 100_000_000,
    maxBuffered: 1_000_000,
    now: () => Date.now() + shift,
  };
  writeFileSync(path, text(lines(0, 100)));
  const first = startCollector(t, options);
  await until(() => service.events === 100);
  await first.collector.save();

  service.failing = "InternalFailure";
  appendFileSync(path, text(lines(100, 8_000)));
  await until(() => first.health.count("CallsRetried") > 0);
  shift += 60_000;
  await until(
    () => first.written.some((line) => /the spool .* can not be written: ENOSPC/.test(line)),
    () => [first.spool.bytes, first.written.slice(-3)],
  );
  assert.ok(first.spool.bytes > 2_000_000 && first.spool.bytes < 4_200_000, String(first.spool.bytes));
  assert.equal(first.health.count("EventsDropped"), 0);
  // What is left is too little for the positions, too.
  const filler = join(disk, "filler");
  assert.throws(() => {
    for (;;) appendFileSync(filler, Buffer.alloc(4096));
  }, /ENOSPC/);
  await first.collector.save();
  assert.ok(
    first.written.some((line) => /positions can not be written.*ENOSPC/.test(line)),
    first.written.join("\n"),
  );
  await first.crash();

  const second = startCollector(t, options);
  service.failing = undefined;
  await until(
    () => new Set(service.messages("G")).size === 8_000 && second.spool.calls === 0,
    () => [new Set(service.messages("G")).size, second.spool.calls, second.written.slice(-3)],
  );
  assert.deepEqual([...new Set(service.messages("G"))].toSorted(), lines(0, 8_000));
  rmSync(filler);
  await second.collector.save();
  await second.stop();
  const came = service.events;
  // The positions are right again: a third run has nothing to send.
  appendFileSync(path, text(lines(8_000, 8_001)));
  startCollector(t, options);
  await until(() => service.events > came);
  assert.equal(service.events, came + 1);
});
