// Tells whether the packages that package-lock.json asks for are installed, and installs them when they are not.
// Plain JavaScript without dependencies: it runs on the Node that a fresh machine has, from version 20 on.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Says what is missing. npm itself records what it installed in node_modules/.package-lock.json, so an install by
 * hand counts too. Optional packages (binaries of other platforms) are not asked for.
 * @param {string} root the repository
 * @param {{ dev: boolean }} options whether the packages for development are needed
 * @returns {string[]} paths of packages that are absent or of another version
 */
export function missingPackages(root, { dev }) {
  const wanted = readPackages(join(root, "package-lock.json"));
  if (wanted === undefined)
    throw new Error(`There is no package-lock.json in ${root}; is this a complete copy of Nephoscope?`);
  const installed = readPackages(join(root, "node_modules", ".package-lock.json")) ?? {};
  return Object.entries(wanted)
    .filter(
      ([path, entry]) => path.includes("node_modules/") && !entry.optional && !entry.devOptional && (dev || !entry.dev),
    )
    .filter(([path, entry]) => installed[path] === undefined || installed[path].version !== entry.version)
    .map(([path]) => path);
}

/**
 * Installs what is missing at the versions of package-lock.json, and says so. It is `npm install --no-save` and not
 * `npm ci`: the latter refuses a lock file that lacks optional packages for platforms whose registry mirror has none,
 * and deletes what other programs of this copy may be running on.
 * @param {string} root the repository
 * @param {{ dev: boolean }} options
 * @returns {boolean} false when npm failed; it has been said why
 */
export function ensureInstalled(root, options) {
  const missing = missingPackages(root, options);
  if (missing.length === 0) return true;
  const args = ["install", "--no-save", ...(options.dev ? [] : ["--omit=dev"])];
  const packages = missing.length === 1 ? "1 package is" : `${missing.length} packages are`;
  console.error(`nephoscope: ${packages} missing; running npm ${args.join(" ")} (once, about a minute)`);
  const { command, before } = npm();
  const result = spawnSync(command, [...before, ...args, "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    // npm's own lines would mix with a program's output on stdout.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32" && before.length === 0,
  });
  if (result.status === 0) return true;
  const reason = result.error ? result.error.message : `it ended with ${result.signal ?? `exit code ${result.status}`}`;
  console.error(
    `nephoscope: npm could not install the packages: ${reason}.\n` +
      `  Check that npm works and reaches its registry (npm ping), that the disk has about 1 GB free,\n` +
      `  then try again, or run by hand: cd ${root} && npm ${args.join(" ")}`,
  );
  return false;
}

/** The npm that started us, else the one on the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith("npm-cli.js")
    ? { command: process.execPath, before: [script] }
    : { command: "npm", before: [] };
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`${path} cannot be read: ${error.message}`);
  }
}
