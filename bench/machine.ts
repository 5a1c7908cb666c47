import { execFileSync } from "node:child_process";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { ROOT } from "./server/server-under-test.ts";

/** Where a result comes from: without it a figure means nothing. */
export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** The commit that was measured, with a plus sign when files differed from it. */
  readonly commit: string;
};

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    commit: commit(),
  };
}

/** How many programs want a core, over the last minute. More than this run itself needs means that others disturb it. */
export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

function commit(): string {
  try {
    const id = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    const changed =
      execFileSync("git", ["status", "--porcelain", "-uno"], { cwd: ROOT, encoding: "utf8" }).trim() !== "";
    return changed ? `${id}+` : id;
  } catch {
    // Without git, or outside a clone, the commit is unknown; the figures are still worth having.
    return "unknown";
  }
}
