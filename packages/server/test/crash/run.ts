/** `node packages/server/test/crash/run.ts`: kills the server and its engine under load, and tells what was lost. */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type CrashReport, crashRun, TARGETS } from "./crash-run.ts";
import { PROBES } from "./recovery.ts";

const HELP = `node packages/server/test/crash/run.ts [options]
  --kills N          how often (default 50)
  --target NAME      ${TARGETS.join(", ")}: what is killed (default both, in turns by chance)
  --seed N           makes the choices repeatable (default 1)
  --plain-writers N  writers that send a call until it is answered, or give up, or are impatient (default 6)
  --sdk-writers N    writers that use AWS's JavaScript SDK with its own retries (default 2)
  --json             print the report as JSON
Needs Linux: processes are found through /proc. Ends with 1 when anything was lost, doubled or altered.`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    target: { type: "string", default: "both" },
    seed: { type: "string", default: "1" },
    "plain-writers": { type: "string", default: "6" },
    "sdk-writers": { type: "string", default: "2" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function whole(name: "kills" | "seed" | "plain-writers" | "sdk-writers"): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} must be a whole number`);
  return number;
}

function asText({ kills, calls, events, findings, recovery, engineLeft, load }: CrashReport): string {
  const { examples, ...found } = findings;
  return [
    `kills: ${kills.server} of the server, ${kills.engine} of the engine`,
    `calls: ${calls.acknowledged} acknowledged, ${calls.unknown} given up`,
    `events: ${events.acknowledged} acknowledged, ${events.unknown} given up`,
    `found: ${Object.entries(found)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ")}`,
    ...examples.map((example) => `  ${example}`),
    ...PROBES.map((probe) => `${probe} again after ${spread(recovery[probe])}`),
    `the killed server's engine gone after ${spread(engineLeft)}`,
    `load of the machine: ${(load.reduce((sum, each) => sum + each, 0) / load.length).toFixed(1)} processes on ${availableParallelism()} processors`,
  ].join("\n");
}

function spread(times: readonly number[]): string {
  if (times.length === 0) return "(never measured)";
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${at(0.5)} ms (median), ${at(1)} ms (longest of ${times.length})`;
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(HELP);
    return;
  }
  const target = TARGETS.find((name) => name === values.target);
  if (target === undefined) throw new Error(`--target must be one of ${TARGETS.join(", ")}`);
  const report = await crashRun({
    kills: whole("kills"),
    seed: whole("seed"),
    target,
    plainWriters: whole("plain-writers"),
    sdkWriters: whole("sdk-writers"),
    log: (line) => console.error(line),
  });
  console.log(values.json ? JSON.stringify(report) : asText(report));
  const { examples: _examples, ...found } = report.findings;
  if (Object.values(found).some((count) => count > 0)) process.exitCode = 1;
}

// An exit in order, so that the server under test is ended too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
await main();
