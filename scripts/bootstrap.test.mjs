import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runChild } from "./node24.mjs";

const PROGRAM = `
const args: string[] = process.argv.slice(2);
process.on("SIGTERM", () => process.exit(7));
if (args.includes("--wait")) setInterval(() => {}, 1000);
else process.exitCode = Number(args.at(-1)) || 0;
console.log(JSON.stringify(args));
`;

/** A copy of the scripts around a tiny program, with the packages given as wanted, and an `npm` that notes its arguments. */
function makeRepository(t, { wanted = {}, npmExit = 0 } = {}) {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-bootstrap-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  cpSync(import.meta.dirname, join(root, "scripts"), { recursive: true });
  mkdirSync(join(root, "packages", "cli", "src"), { recursive: true });
  writeFileSync(join(root, "packages", "cli", "src", "main.ts"), PROGRAM);
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: wanted }));
  mkdirSync(join(root, "bin"));
  writeFileSync(
    join(root, "bin", "npm"),
    `#!/bin/sh\necho "npm $*" > "${root}/npm-ran"\necho "npm $*"\nexit ${npmExit}\n`,
  );
  chmodSync(join(root, "bin", "npm"), 0o755);
  return root;
}

function run(root, args, { script = "bootstrap.mjs" } = {}) {
  const { npm_execpath: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, "scripts", script), ...args], {
    env: { ...env, PATH: `${join(root, "bin")}:${process.env.PATH}` },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    output.stdout += data;
  });
  child.stderr.on("data", (data) => {
    output.stderr += data;
  });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...output })));
  return { child, ended };
}

test("start serves with the arguments given, and the program's exit code is passed on", async (t) => {
  const result = await run(makeRepository(t), ["start", "--listen", "127.0.0.1:0", "5"]).ended;
  assert.deepEqual(result, { code: 5, signal: null, stdout: '["serve","--listen","127.0.0.1:0","5"]\n', stderr: "" });
});

test("the nephoscope command works through a link from elsewhere", async (t) => {
  const root = makeRepository(t);
  const link = join(root, "bin", "nephoscope");
  symlinkSync(join(root, "scripts", "nephoscope.mjs"), link);
  const result = await run(root, ["help"], { script: "../bin/nephoscope" }).ended;
  assert.deepEqual([result.code, result.stdout], [0, '["help"]\n']);
});

test("a signal reaches the program", async (t) => {
  const { child, ended } = run(makeRepository(t), ["start", "--wait"]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGTERM");
  assert.equal((await ended).code, 7);
});

test("missing packages are installed first, without those for development, and not into the program's output", async (t) => {
  const result = await run(makeRepository(t, { wanted: { "node_modules/a": { version: "1.0.0" } } }), ["start"]).ended;
  assert.equal(result.stdout, '["serve"]\n');
  assert.match(result.stderr, /1 package is missing; running npm install --no-save --omit=dev/);
  assert.match(result.stderr, /^npm install --no-save --omit=dev/m);
});

test("when npm fails, it says so and what to do", async (t) => {
  const wanted = { "node_modules/a": { version: "1.0.0" } };
  const result = await run(makeRepository(t, { wanted, npmExit: 3 }), ["start"]).ended;
  assert.equal(result.code, 1);
  assert.equal(result.stdout, "");
  assert.match(result.stderr, /npm could not install the packages: it ended with exit code 3/);
});

test("an unknown task is a usage error", async (t) => {
  const result = await run(makeRepository(t), ["toString"]).ended;
  assert.equal(result.code, 2);
  assert.match(result.stderr, /Usage: .*start\|demo/);
});

test("a child's end by a signal becomes 128 + its number", async () => {
  assert.equal(await runChild(process.execPath, ["-e", "process.kill(process.pid, 'SIGKILL')"]), 137);
  assert.equal(await runChild("/nonexistent/program", []), 1);
});
