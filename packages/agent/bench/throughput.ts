// Measures the agent on this machine: `node packages/agent/bench/throughput.ts [SECONDS] [MB_PER_SECOND] [FILES] [sink|server]`.
// One process writes lines to many files, one is the agent as users run it, one takes the calls: a sink that counts events, or a
// Nephoscope server that stores them and counts by a query. Prints JSON: what was written and what arrived, the agent's
// processor time and its memory (the kernel's high-water mark).
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { firstLine, peakMegabytes, processorSeconds, proportionalMegabytes, start, startAgent } from "./processes.ts";
import { startCounter, startHouse } from "./takers.ts";

const [seconds = 30, megabytes = 50, count = 100] = process.argv.slice(2, 5).map(Number);
const CATCH_UP_MS = 60_000;

const directory = mkdtempSync(join(tmpdir(), "nephoscope-throughput-"));
const logs = join(directory, "logs");
mkdirSync(logs);
const taker = await (process.argv[5] === "server" ? startHouse(join(directory, "server"), "load") : startCounter());
const files = Array.from({ length: count }, (_, index) => ({
  file_path: join(logs, `app-${index}.log`),
  log_group_name: "load",
  log_stream_name: `app-${index}`,
}));
const agent = await startAgent(join(directory, "home"), taker, files);
try {
  const idleMegabytes = proportionalMegabytes(agent);
  const before = processorSeconds(agent);
  const writer = start(new URL("load-writer.ts", import.meta.url).pathname, logs, seconds, megabytes, count);
  let proportional = 0;
  const watch = setInterval(() => {
    proportional = Math.max(proportional, proportionalMegabytes(agent));
  }, 500);
  const { written, lines, seconds: took } = JSON.parse(await firstLine(writer));
  const atEnd = await taker.count();
  const ended = performance.now();
  let events = atEnd;
  while (events < lines && performance.now() - ended < CATCH_UP_MS) {
    await sleep(500);
    events = await taker.count();
  }
  clearInterval(watch);
  console.log(
    JSON.stringify({
      files: count,
      seconds: took,
      megabytesPerSecond: written / took / 1e6,
      lines,
      events,
      behindAtEnd: lines - atEnd,
      caughtUpAfterSeconds: (performance.now() - ended) / 1000,
      takerProcessorSeconds: processorSeconds(taker.process),
      agentProcessorSeconds: processorSeconds(agent) - before,
      idleMegabytes,
      peakMegabytes: peakMegabytes(agent),
      peakProportionalMegabytes: proportional,
    }),
  );
} finally {
  agent.kill("SIGKILL");
  taker.process.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
}
