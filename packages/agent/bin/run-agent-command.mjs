// Finds Node 24 and runs one command of `nephoscope` with the arguments of this process.
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../../scripts/node24.mjs";

/** @param {string} command a command of `nephoscope` */
export async function runAgentCommand(command) {
  const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
  const root = dirname(dirname(dirname(here)));
  await runProgram(root, join(root, "packages", "cli", "src", "main.ts"), [command, ...process.argv.slice(2)]);
}
