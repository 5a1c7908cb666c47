// What the scripts of package.json run: installs what is missing, finds Node 24, does the task.
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { runProgram } from "./node24.mjs";
import { runChecks, runTests } from "./run-tests.mjs";

/** The repository this file belongs to, also when it is reached through a link. */
const ROOT = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const CLI = join(ROOT, "packages", "cli", "src", "main.ts");

/** Each task: whether it needs the packages for development, and what it does with its arguments. */
const TASKS = {
  start: { dev: false, run: (args) => runProgram(ROOT, CLI, ["serve", ...args]) },
  demo: { dev: false, run: (args) => runProgram(ROOT, CLI, ["demo", ...args]) },
  bench: { dev: true, run: (args) => runProgram(ROOT, join(ROOT, "bench", "run.ts"), args) },
  screens: {
    dev: true,
    run: (args) => runProgram(ROOT, join(ROOT, "packages", "console", "test", "screens.ts"), args),
  },
  "gen-wire": { dev: true, run: (args) => runProgram(ROOT, join(ROOT, "scripts", "gen-wire.ts"), args) },
  check: { dev: true, run: async () => setExitCode(await runChecks(ROOT)) },
  test: { dev: true, run: async (args) => setExitCode(await runTests(ROOT, args)) },
};

const [name = "", ...args] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
if (task === undefined) {
  console.error(`Usage: node scripts/bootstrap.mjs ${Object.keys(TASKS).join("|")} [arguments]`);
  process.exitCode = 2;
} else if (ensureInstalled(ROOT, { dev: task.dev })) {
  await task.run(args);
} else {
  process.exitCode = 1;
}

function setExitCode(passed) {
  process.exitCode = passed ? 0 : 1;
}
