import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Usage, usageOf } from "./processes.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const REGION = "us-east-1";
export const CREDENTIAL = {
  accessKeyId: "AKIABENCHBENCHBENCH0",
  secret: "bench-secret-of-forty-characters-0123456",
};

/** The real server, in processes of its own, started as `npm start` starts it. */
export type ServerUnderTest = {
  readonly endpoint: string;
  readonly directory: string;
  /** Milliseconds from the start of the command to the line that says ready. */
  readonly readyMs: number;
  usage(): Usage;
  /** Resolves when the server has nothing left to do, such as merging; false when that took longer than `limitMs`. */
  settled(limitMs: number): Promise<boolean>;
  stop(): Promise<void>;
};

/** How idle "settled" is, as a share of one core, and for how long. */
const IDLE_SHARE = 0.05;
const IDLE_SECONDS = 3;
const START_LIMIT_MS = 60_000;

/** @param settings more of the environment's settings; @param through `npm`: the command people type; `node`: the same program without npm's own start */
export async function startServer(
  directory: string,
  through: "npm" | "node",
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerUnderTest> {
  mkdirSync(directory, { recursive: true });
  const [command, args] =
    through === "npm"
      ? ["npm", ["start", "--silent", "--", "--json"]]
      : [process.execPath, ["scripts/bootstrap.mjs", "start", "--json"]];
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: ROOT,
    // A group of its own, so that stopping reaches the server behind npm and its shell.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      NEPHOSCOPE_DATA: directory,
      NEPHOSCOPE_LISTEN: "127.0.0.1:0",
      NEPHOSCOPE_ADMIN_KEY_ID: CREDENTIAL.accessKeyId,
      NEPHOSCOPE_ADMIN_SECRET: CREDENTIAL.secret,
      NEPHOSCOPE_LOG_LEVEL: "warn",
      ...settings,
    },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  const endpoint = await readEndpoint(child);
  return {
    endpoint,
    directory,
    readyMs: performance.now() - began,
    usage: () => usageOf(pid),
    settled: (limitMs) => settled(pid, limitMs),
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      process.kill(-pid, "SIGTERM");
      await exited;
    },
  };
}

async function readEndpoint(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the server's output is not piped");
  const limit = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith("{")) continue;
      const ready: { endpoint?: unknown } = JSON.parse(line);
      if (typeof ready.endpoint === "string") return ready.endpoint;
    }
  } finally {
    clearTimeout(limit);
  }
  throw new Error("The server ended before it was ready; its messages are above");
}

async function settled(pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  let before = usageOf(pid).cpuSeconds;
  while (performance.now() < deadline) {
    await delay(IDLE_SECONDS * 1000);
    const { cpuSeconds } = usageOf(pid);
    if (cpuSeconds - before < IDLE_SHARE * IDLE_SECONDS) return true;
    before = cpuSeconds;
  }
  return false;
}
