// A daemon that logs: `node writer.ts PATH LINES_PER_SECOND`. Every line has the next number and is one write, appended. SIGUSR2
// makes it open its file anew, as daemons do after a rotation by name; SIGTERM ends it, and it prints how many lines it wrote.
// It knows nothing of who reads.
import { closeSync, openSync, writeSync } from "node:fs";

const [path = "", rate = ""] = process.argv.slice(2);
const TICK_MS = 5;
const filler = "the quick brown fox jumps over the lazy dog and runs on ".repeat(2);
let file = openSync(path, "a");
let number = 0;
const began = performance.now();

const timer = setInterval(() => {
  const due = ((performance.now() - began) / 1000) * Number(rate);
  while (number < due) writeSync(file, `${String(number++).padStart(9, "0")} ${filler}\n`);
}, TICK_MS);

process.on("SIGUSR2", () => {
  // What is written between the rename and this goes to the old file.
  closeSync(file);
  file = openSync(path, "a");
});
process.on("SIGTERM", () => {
  clearInterval(timer);
  closeSync(file);
  console.log(number);
});
