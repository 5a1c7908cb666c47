// Rotates logs under load: `node packages/agent/bench/rotations.ts [ROTATIONS] [PAUSE_MS] [KEPT] [BURNERS]`.
// Two daemons write 2,000 lines a second each; one's log is rotated by name, the other's by copy and truncation, by processes
// that know nothing of the agent. BURNERS processes take processor time besides. Prints what was lost and what came twice.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startStorm, Tally } from "../src/files/rotation-storm/storm.ts";
import { peakMegabytes, processorSeconds, start, startAgent, startSink, untilHeld } from "./processes.ts";

const [rotations = 10_000, pause = 15, kept = 10, burners = 2] = process.argv.slice(2).map(Number);
const CATCH_UP_MS = 30_000;

const directory = mkdtempSync(join(tmpdir(), "nephoscope-rotations-"));
const sink = await startSink("numbers");
const kinds = ["rename", "copytruncate"] as const;
const agent = await startAgent(
  join(directory, "home"),
  sink,
  kinds.map((kind) => ({ file_path: join(directory, `${kind}.log`), log_group_name: kind, log_stream_name: "s" })),
);
await untilHeld(
  agent,
  kinds.map((kind) => join(directory, `${kind}.log`)),
);
const burning = Array.from({ length: burners }, () => start(new URL("burner.ts", import.meta.url).pathname));
const storms = kinds.map((rotation) =>
  startStorm({ path: join(directory, `${rotation}.log`), rotation, rotations, pause, kept, linesPerSecond: 2000 }),
);
try {
  const began = performance.now();
  const ends = await Promise.all(storms.map(({ end }) => end));
  const seconds = (performance.now() - began) / 1000;
  for (const burner of burning) burner.kill();
  const wanted = ends.map(({ written, cut }) => written - cut.size);
  const ended = performance.now();
  const tallies = async () => {
    const { groups } = await sink.read();
    return kinds.map((kind) => new Tally(groups[kind] ?? []));
  };
  let came = await tallies();
  while (came.some(({ lines }, at) => lines < (wanted[at] ?? 0)) && performance.now() - ended < CATCH_UP_MS) {
    await sleep(500);
    came = await tallies();
  }
  for (const [at, end] of ends.entries()) {
    const tally = came[at];
    if (tally === undefined) continue;
    const lost = tally.lost(end);
    console.log(
      JSON.stringify({
        rotation: kinds[at],
        rotations,
        seconds,
        written: end.written,
        inNoFileWhenCut: end.cut.size,
        ofTheseReadBeforeTheCut: [...end.cut].filter((number) => tally.has(number)).length,
        lost: lost.length,
        firstLost: lost.slice(0, 10),
        doubled: tally.doubled.length,
      }),
    );
  }
  console.log(JSON.stringify({ processorSeconds: processorSeconds(agent), peakMegabytes: peakMegabytes(agent) }));
} finally {
  for (const storm of storms) storm.stop();
  for (const each of [agent, sink.process, ...burning]) each.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
}
