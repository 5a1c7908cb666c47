import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";

/** The console's package, and the packages whose sources become part of it. */
const HOME = join(import.meta.dirname, "..");
const SOURCES = ["../console", "../languages", "../charts"].map((path) => join(HOME, path));
/** Builds lie outside git, each in a folder named by what it was made of. */
const BUILDS = join(HOME, "dist");

/**
 * The folder of the console's files, built of the sources as they are now. Builds it (some seconds, in a process of its own) when there is no
 * such build yet, and then says so by `say`. Several processes may do this at once. Rejects with the build's own words when it fails.
 */
export async function builtConsole(say: (text: string) => void): Promise<string> {
  const folder = join(BUILDS, sourceHash());
  if (existsSync(join(folder, "index.html"))) return folder;
  say("building the console (once after each change, some seconds)");
  const work = join(BUILDS, `unfinished-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  await runBuild(work);
  const others = readdirSync(BUILDS).map((name) => join(BUILDS, name));
  const older = others.filter((path) => path !== folder && path !== work && isOver(path));
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another process has put the same build there meanwhile.
    if (!existsSync(join(folder, "index.html"))) throw error;
    rmSync(work, { recursive: true, force: true });
  }
  // A running server has its files in memory.
  for (const path of older) rmSync(path, { recursive: true, force: true });
  return folder;
}

/** Whether nobody is at work in a folder of builds: what another process builds is new. */
function isOver(path: string): boolean {
  if (!basename(path).startsWith("unfinished-")) return true;
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
  return Date.now() - mtimeMs > ABANDONED_MS;
}

/** A build takes seconds; one that was killed leaves its folder behind. */
const ABANDONED_MS = 600_000;

function runBuild(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "run.ts"), folder], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (data: Buffer) => {
      err = (err + data.toString("utf8")).slice(-LONGEST_ERROR);
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The console could not be built: ${err.trim() || `the build ended with ${code}`}`));
    });
  });
}

/** Enough of a build's last words to see what is wrong. */
const LONGEST_ERROR = 4_000;

/** Of everything that a build reads: sources without their tests, settings, and the versions of packages. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const home of SOURCES) {
    for (const path of filesUnder(home)) {
      hash
        .update(`${relative(HOME, path).split(sep).join("/")}\0`)
        .update(readFileSync(path))
        .update("\0");
    }
  }
  return hash.digest("hex").slice(0, 16);
}

const IRRELEVANT = /(^|[/\\])(node_modules|dist|test)([/\\]|$)|\.test\.ts$|\.md$/;

function filesUnder(home: string): string[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !IRRELEVANT.test(relative(home, path)))
    .sort();
}
