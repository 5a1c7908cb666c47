import { run } from "./run.ts";
import { stopSignal } from "./stop-signal.ts";
import { processTerminal } from "./terminal.ts";

process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(),
  env: process.env,
  now: Date.now,
  signal: stopSignal(process),
});
