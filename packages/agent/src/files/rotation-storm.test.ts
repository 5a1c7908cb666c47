import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { test } from "node:test";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { makeDirectory, startCollector, until } from "./collector-harness.ts";

const WRITER = new URL("rotation-storm.writer.mjs", import.meta.url).pathname;

/** `NEPHOSCOPE_STORM=10000` makes the storm as long as it takes to be sure; some minutes. */
const ROTATIONS = Number(process.env.NEPHOSCOPE_STORM ?? 100);
const LINES_EACH = 40;
/** Ten files are kept: an agent that looks away for longer than ten of these pauses misses one. */
const PAUSE_MS = 30;

for (const mode of ["rename", "copytruncate"]) {
  test(`${ROTATIONS} rotations by ${mode} under load: not a line is lost, and none comes twice`, async (t) => {
    const service = await new FakeCloudWatch().startFor(t);
    const directory = makeDirectory(t);
    const path = join(directory, "app.log");
    const { health, written } = startCollector(t, {
      service,
      state: join(directory, "state"),
      files: [{ file_path: path, log_group_name: "G", log_stream_name: "S" }],
    });
    const writer = spawn(
      process.execPath,
      [WRITER, path, mode, String(ROTATIONS), String(LINES_EACH), String(PAUSE_MS)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    t.after(() => writer.kill());
    const wanted = Number(await readText(writer.stdout));
    assert.ok(wanted >= ROTATIONS * LINES_EACH);
    await until(
      () => service.events >= wanted,
      () => ({
        missing: missing(service.messages("G"), wanted),
        counts: [...health.counts()],
        written: written.slice(-5),
      }),
      60,
    );
    const numbers = service.messages("G").map((message) => Number(message.slice(0, 9)));
    assert.equal(new Set(numbers).size, wanted, "each line once at least");
    assert.equal(numbers.length, wanted, "each line once at most");
  });
}

/** Numbers of lines that did not come, the first of each run. */
function missing(messages: readonly string[], wanted: number): readonly number[] {
  const seen = new Set(messages.map((message) => Number(message.slice(0, 9))));
  const absent = Array.from({ length: wanted }, (_, number) => number).filter((number) => !seen.has(number));
  return absent.filter((number) => !absent.includes(number - 1));
}
