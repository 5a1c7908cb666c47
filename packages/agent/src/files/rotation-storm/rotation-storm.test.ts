import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { FakeCloudWatch } from "../../fake-cloudwatch.ts";
import { makeDirectory, startCollector, until } from "../collector-harness.ts";
import { numberOf, startStorm, Tally } from "./storm.ts";

// `node packages/agent/bench/rotations.ts` does the same with the agent as users run it, ten thousand times.
for (const rotation of ["rename", "copytruncate"] as const) {
  test(`200 rotations by ${rotation}, 15 ms apart: not a line that stood in a file is lost, and none comes twice`, async (t) => {
    const service = await new FakeCloudWatch().startFor(t);
    const directory = makeDirectory(t);
    const path = join(directory, "app.log");
    startCollector(t, {
      service,
      state: join(directory, "state"),
      files: [{ file_path: path, log_group_name: "G", log_stream_name: "S" }],
    });
    const storm = startStorm({ path, rotation, rotations: 200, pause: 15, kept: 10, linesPerSecond: 2000 });
    t.after(() => storm.stop());
    const end = await storm.end;
    const tally = () => {
      const tally = new Tally();
      for (const message of service.messages("G")) tally.add(numberOf(message));
      return tally;
    };
    await until(
      () => tally().lost(end).length === 0,
      () => ({ lost: tally().lost(end).slice(0, 20), of: end.written }),
      20,
    );
    assert.deepEqual(tally().doubled, []);
    assert.ok(end.written > 1000 && (rotation === "copytruncate" || end.cut.size === 0));
  });
}
