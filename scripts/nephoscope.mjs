#!/usr/bin/env node
// The `nephoscope` command: finds Node 24 and runs the command line program on it.
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { runProgram } from "./node24.mjs";

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
if (ensureInstalled(root, { dev: false })) {
  await runProgram(root, join(root, "packages", "cli", "src", "main.ts"), process.argv.slice(2));
} else {
  process.exitCode = 1;
}
