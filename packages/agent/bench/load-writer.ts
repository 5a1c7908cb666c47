// Writes lines of 200 bytes to many files, as evenly as the clock allows: `node load-writer.ts DIRECTORY SECONDS MB_PER_SECOND
// FILES`. Prints how many lines and bytes it wrote, and in how many seconds.
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [directory = "", ...numbers] = process.argv.slice(2);
const [seconds = 0, megabytes = 0, count = 0] = numbers.map(Number);
const LINES_A_BLOCK = 40;

const files = Array.from({ length: count }, (_, index) => openSync(join(directory, `app-${index}.log`), "a"));
const line = (number: number) =>
  `2026-11-21T06:00:00.000Z INFO  request ${String(number).padStart(9, "0")} ${"served GET /api/orders/12345 in 12 ms for user ".repeat(4)}`.slice(
    0,
    199,
  );
const block = Buffer.from(Array.from({ length: LINES_A_BLOCK }, (_, number) => `${line(number)}\n`).join(""));
const started = performance.now();
let written = 0;
let next = 0;
while (performance.now() - started < seconds * 1000) {
  const due = ((performance.now() - started) / 1000) * megabytes * 1e6;
  while (written < due) {
    writeSync(files[next++ % count] ?? 0, block);
    written += block.length;
  }
  await sleep(5);
}
for (const file of files) closeSync(file);
const lines = (written / block.length) * LINES_A_BLOCK;
console.log(JSON.stringify({ written, lines, seconds: (performance.now() - started) / 1000 }));
