import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Credential } from "./signed-client.ts";

const MAIN = join(import.meta.dirname, "../../../cli/src/main.ts");
/** Enough of what a server wrote to see why it ended. */
const KEPT_OUTPUT = 20_000;

export interface ServerProcess {
  readonly pid: number;
  /** The engine's process; undefined while there is none. */
  enginePid(): number | undefined;
  isRunning(): boolean;
  /** The end of what it wrote. */
  output(): string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Stops it as an operator does. Rejects when it doesn't end well. */
  stop(): Promise<void>;
}

export interface ServerPlace {
  readonly data: string;
  readonly port: number;
  readonly credential: Credential;
}

/** Starts `nephoscope serve`, as an operator would, and does not wait for it. */
export function startServerProcess({ data, port, credential }: ServerPlace): ServerProcess {
  const child = spawn(process.execPath, [MAIN, "serve"], {
    env: {
      ...process.env,
      NEPHOSCOPE_DATA: data,
      NEPHOSCOPE_LISTEN: `127.0.0.1:${port}`,
      NEPHOSCOPE_ADMIN_KEY_ID: credential.accessKeyId,
      NEPHOSCOPE_ADMIN_SECRET: credential.secret,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = once(child, "exit");
  // A run that is broken off must leave nothing behind.
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  child.once("exit", () => process.off("exit", killAtExit));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
    });
  }
  const pid = pidOf(child);
  return {
    pid,
    enginePid: () => childrenOf(pid)[0],
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => output,
    async kill() {
      child.kill("SIGKILL");
      // Also when it is gone already: the promise stays settled.
      await gone;
    },
    async stop() {
      child.kill("SIGTERM");
      const [code, signal] = await gone;
      if (code !== 0) throw new Error(`the server ended with ${code ?? signal}: ${output}`);
    },
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the server's process could not be started");
  return child.pid;
}

/** A port that is free now. The server gets the same one at each start, so that clients find it again. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** Processes whose parent is `parent`. */
function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}

/** A dead process that nobody has collected yet is as good as gone. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

export async function untilGone(pid: number, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} is still there after ${limitMs} ms`);
    await pause(5);
  }
}

/** Processes that were started with this data directory, however they came to be. */
export function processesOf(data: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isAlive(pid) && readProc(pid, "environ").split("\0").includes(`NEPHOSCOPE_DATA=${data}`));
}

/** `pid (name) state parent …`, where the name may hold blanks and brackets (proc_pid_stat(5)). */
function statOf(pid: number): { state: string; parent: number } | undefined {
  const [state, parent] = readProc(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return state === undefined || parent === undefined ? undefined : { state, parent: Number(parent) };
}

/** Empty when the process is gone or somebody else's. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
