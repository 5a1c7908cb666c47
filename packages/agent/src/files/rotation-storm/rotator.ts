// Rotates a log as logrotate does: `node rotator.ts PATH rename|copytruncate ROTATIONS PAUSE_MS KEPT WRITER_PID`. The oldest
// file is deleted, the others get the next number, the log becomes number 1 by name or by copy. Prints as JSON the numbers of
// lines that are in no file any more: those that were written after a copy was read and before the log was cut.
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const [path = "", mode = "", rotations = "", pause = "", kept = "", writer = ""] = process.argv.slice(2);
const gaps: [from: number, to: number][] = [];
let next = 0;

/** Notes which lines a copy has. Numbers rise by one, so what a copy does not begin with is in none. */
function note(text: string): void {
  const lines = text.split("\n");
  const [first] = lines;
  const last = lines.at(-2);
  if (!first || !last) return;
  if (Number(first.slice(0, 9)) > next) gaps.push([next, Number(first.slice(0, 9))]);
  next = Number(last.slice(0, 9)) + 1;
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

for (let rotation = 0; rotation < Number(rotations); ) {
  await sleep(Number(pause));
  // Nothing to rotate: the writer has not opened its file again yet.
  if (readIfThere(path) === "") continue;
  rmSync(`${path}.${kept}`, { force: true });
  for (let name = Number(kept) - 1; name >= 1; name--) renameIfThere(`${path}.${name}`, `${path}.${name + 1}`);
  if (mode === "rename") {
    renameIfThere(path, `${path}.1`);
    process.kill(Number(writer), "SIGUSR2");
  } else {
    const text = readFileSync(path, "utf8");
    writeFileSync(`${path}.1`, text);
    truncateSync(path, 0);
    note(text);
  }
  rotation++;
}
console.log(JSON.stringify({ gaps, next }));

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
