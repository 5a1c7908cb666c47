import { readdirSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import type { AgentPaths } from "./settings.ts";

/**
 * A young generation of 2 MB instead of 16: lines live for moments, and a large one only makes the process larger.
 * One arena of malloc instead of one a thread: what one thread frees, the others use.
 */
const NODE_FLAGS = ["--max-semi-space-size=2"];
const SETTINGS = { MALLOC_ARENA_MAX: "1" };
/** Set in a process that was begun anew: how many compiled modules there were then. */
const MARK = "NEPHOSCOPE_AGENT_BEGUN";

export interface FrugalStartOptions {
  readonly paths: AgentPaths;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Begins this process anew, under its number and with its arguments, so that it takes little memory however it was started:
 * with the settings above, and with modules that were compiled before. Without those, Node keeps its compiler of TypeScript in
 * memory for as long as the process lives (40 MB). Call it when all modules are loaded. It returns when the process is as it
 * should be, or the platform can not exchange a process.
 */
export function startFrugally({ paths, env }: FrugalStartOptions): void {
  if (process.execve === undefined) return;
  const directory = env.NODE_COMPILE_CACHE ?? join(paths.home, "compiled");
  const begun = env[MARK];
  if (begun !== undefined) {
    flushCompileCache();
    // What this process had to compile itself is there now for the next one.
    if (begun === "again" || countFiles(directory) <= Number(begun)) return;
  }
  const mark = begun === undefined ? String(countFiles(directory)) : "again";
  process.execve(
    process.execPath,
    [process.execPath, ...NODE_FLAGS, ...process.argv.slice(1)],
    definedOf({ ...env, ...SETTINGS, NODE_COMPILE_CACHE: directory, [MARK]: mark }),
  );
}

function countFiles(directory: string): number {
  try {
    return readdirSync(directory, { recursive: true }).length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}

const definedOf = (env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
