// `npm run check` and `npm test`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { findNode, noNode, runChild } from "./node24.mjs";

/**
 * Where tests are: each beside what it tests, and in `test` what needs a whole server. Those of the server that attack it, kill it and let
 * weeks pass take minutes, and are run by name: `npm test -- 'packages/server/test/{hostile,log-delivery,notifications,durability,crash}/*.test.ts'`.
 */
const TESTS = [
  "packages/*/src/**/*.test.ts",
  "packages/console/test/**/*.test.ts",
  "packages/server/test/{forbidden,health,iam,kms,s3,sealed,sts}/**/*.test.ts",
  "compat/**/*.test.ts",
  "bench/**/*.test.ts",
  "scripts/**/*.test.mjs",
];

/** A test that takes longer than this hangs; it fails instead of holding up the run. */
const TEST_TIMEOUT_MS = 15 * 60_000;

const CHECKS = [
  { name: "types", binary: "tsc", args: ["--noEmit"] },
  // The console runs in browsers, so its types are others.
  { name: "types of the console", binary: "tsc", args: ["--noEmit", "-p", "packages/console"] },
  { name: "format and lint", binary: "biome", args: ["check", "--error-on-warnings"] },
];

/**
 * Checks types, format and lint.
 * @param {string} root the repository
 * @returns {Promise<boolean>} whether all passed
 */
export async function runChecks(root) {
  return (await failedChecks(root)).length === 0;
}

/**
 * Runs the checks, then the tests, and ends with a line `N passed, N failed` that counts each check as one.
 * @param {string} root the repository
 * @param {string[]} only globs of test files to run instead of all; then the checks are left out
 * @returns {Promise<boolean>} whether all passed
 */
export async function runTests(root, only = []) {
  const node = findNode(root);
  if (node === undefined) {
    console.error(noNode());
    return false;
  }
  const checks = only.length === 0 ? CHECKS.length : 0;
  const failed = checks === 0 ? [] : await failedChecks(root);
  const tests = await runTestFiles(node, root, only.length === 0 ? TESTS : only);
  const failures = tests.failed + failed.length;
  if (tests.skipped > 0) console.log(`${tests.skipped} skipped`);
  for (const name of failed) console.log(`failed: ${name}`);
  console.log(`${tests.passed + checks - failed.length} passed, ${failures} failed`);
  return failures === 0;
}

async function failedChecks(root) {
  const failed = [];
  for (const { name, binary, args } of CHECKS) {
    const code = await runChild(join(root, "node_modules", ".bin", binary), args, { cwd: root });
    if (code !== 0) failed.push(name);
  }
  return failed;
}

/** Runs test files; node's own report goes to the terminal, and the counts come through a reporter of ours. */
async function runTestFiles(node, root, globs) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-tests-"));
  const counts = join(folder, "counts.json");
  try {
    const code = await runChild(
      node,
      [
        "--test",
        // One file a core; node's default leaves one core free, which on two cores means one file at a time.
        `--test-timeout=${TEST_TIMEOUT_MS}`,
        // A failed test may leave a server running, which would keep its file from ever ending.
        "--test-force-exit",
        `--test-concurrency=${availableParallelism()}`,
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        `--test-reporter=${new URL("./count-reporter.mjs", import.meta.url).href}`,
        `--test-reporter-destination=${counts}`,
        ...globs,
      ],
      { cwd: root },
    );
    const { passed, failed, skipped } = existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8") || "{}") : {};
    if (passed === undefined) {
      console.log(`The test runner ended with code ${code} before it counted its tests.`);
      return { passed: 0, failed: 1, skipped: 0 };
    }
    // A run that ends badly without a failed test, such as one that is cut off, has failed too.
    return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
