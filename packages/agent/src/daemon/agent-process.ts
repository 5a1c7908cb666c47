import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFileDurably } from "../delivery/durable-file.ts";
import type { AgentPaths } from "./settings.ts";

/** The agent's process, as it wrote it down. */
export interface AgentProcess {
  readonly pid: number;
  /** Ticks since the host's start, of the kernel: tells the process from a later one with its number. */
  readonly startTicks: string;
  /** ISO 8601. */
  readonly startTime: string;
}

/** Called by the agent when it runs. */
export function noteProcess(paths: AgentPaths, now: number): void {
  mkdirSync(dirname(paths.process), { recursive: true, mode: 0o755 });
  const note: AgentProcess = {
    pid: process.pid,
    startTicks: startTicks(process.pid) ?? "",
    startTime: `${new Date(now).toISOString().slice(0, 19)}+00:00`,
  };
  writeFileDurably(paths.process, JSON.stringify(note));
}

export function forgetProcess(paths: AgentPaths): void {
  rmSync(paths.process, { force: true });
}

/** @returns the process that runs; undefined when none does */
export function runningProcess(paths: AgentPaths): AgentProcess | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(paths.process, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error && error.code === "ENOENT"))
      return undefined;
    throw error;
  }
  const {
    pid,
    startTicks: ticks,
    startTime,
  }: Partial<Record<string, unknown>> = typeof value === "object" && value !== null ? { ...value } : {};
  if (typeof pid !== "number" || typeof ticks !== "string" || typeof startTime !== "string") return undefined;
  return startTicks(pid) === ticks ? { pid, startTicks: ticks, startTime } : undefined;
}

/** Field 22 of `/proc/PID/stat`; undefined when there is no such process, or it is dead and not collected. */
function startTicks(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}

const START_MS = 20_000;
const STOP_MS = 30_000;
const POLL_MS = 50;

export interface LaunchOptions {
  readonly paths: AgentPaths;
  /** The command that runs an agent in the foreground. */
  readonly command: readonly [file: string, ...args: string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts an agent in the background. @returns it, or what it wrote when it ended at once */
export async function launch({ paths, command: [file, ...args], env }: LaunchOptions): Promise<AgentProcess | string> {
  mkdirSync(dirname(paths.log), { recursive: true, mode: 0o755 });
  const log = openSync(paths.log, "a", 0o640);
  const begin = lengthOf(paths.log);
  const child = spawn(file, args, { detached: true, stdio: ["ignore", log, log], env: { ...env } });
  let ended: string | undefined;
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (code, signal) => {
    ended = `it ended with ${signal ?? code}`;
  });
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    const running = runningProcess(paths);
    if (running !== undefined) {
      child.unref();
      return running;
    }
    if (ended !== undefined) break;
    await sleep(POLL_MS);
  }
  child.unref();
  const said = readFileSync(paths.log, "utf8").slice(begin).trim().split("\n").slice(-5).join("\n");
  return `${ended ?? `it did not start within ${START_MS / 1000} s`}\n${said}`;
}

/** Ends an agent, gently first. @returns whether one ran */
export async function endProcess(paths: AgentPaths): Promise<boolean> {
  const running = runningProcess(paths);
  if (running === undefined) return false;
  process.kill(running.pid, "SIGTERM");
  const end = Date.now() + STOP_MS;
  while (runningProcess(paths) !== undefined) {
    if (Date.now() > end) process.kill(running.pid, "SIGKILL");
    await sleep(POLL_MS);
  }
  forgetProcess(paths);
  return true;
}

function lengthOf(path: string): number {
  return readFileSync(path, "utf8").length;
}
