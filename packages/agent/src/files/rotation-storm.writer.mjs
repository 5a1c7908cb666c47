// Writes lines to a log and rotates it, many times: `node rotation-storm.writer.mjs PATH MODE ROTATIONS LINES PAUSE_MS`.
// Every line is written whole before the next rotation, so a reader that loses one has itself to blame.
import { closeSync, copyFileSync, existsSync, ftruncateSync, openSync, renameSync, writeSync } from "node:fs";

const [path, mode, rotations, linesEach, pause] = process.argv.slice(2);
const KEPT = 10;
const filler = "the quick brown fox jumps over the lazy dog and runs on ".repeat(2);
let file = openSync(path, "a");
let number = 0;
writeSync(file, `${String(number++).padStart(9, "0")} first ${filler}\n`);
// Whoever follows a file that just came looks for it a few times a second.
await new Promise((resolve) => setTimeout(resolve, 1000));
for (let rotation = 0; rotation < Number(rotations); rotation++) {
  for (let line = 0; line < Number(linesEach); line++)
    writeSync(file, `${String(number++).padStart(9, "0")} ${filler}\n`);
  for (let name = KEPT; name >= 1; name--) {
    if (existsSync(`${path}.${name}`)) renameSync(`${path}.${name}`, `${path}.${name + 1}`);
  }
  if (mode === "rename") {
    renameSync(path, `${path}.1`);
    // As a writer that is told of the rotation a moment later: these lines still go to the old file.
    writeSync(file, `${String(number++).padStart(9, "0")} late ${filler}\n`);
    closeSync(file);
    file = openSync(path, "a");
  } else {
    copyFileSync(path, `${path}.1`);
    ftruncateSync(file, 0);
  }
  await new Promise((resolve) => setTimeout(resolve, Number(pause)));
}
closeSync(file);
console.log(number);
