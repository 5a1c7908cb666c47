/** Starts a fresh Nephoscope in a process and a directory of its own, as an operator would. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Far beyond the two seconds a start may take, so that only a server that will never be ready fails. */
const READY_WITHIN_MS = 60_000;

/** Enough of what a server wrote to see why it ended. */
const KEPT_OUTPUT = 10_000;

const MAIN = join(import.meta.dirname, "../packages/cli/src/main.ts");

export interface RunningServer {
  readonly endpoint: string;
  readonly keyId: string;
  readonly secret: string;
  /** Stops the server as an operator does (SIGTERM), and removes its data. Rejects when it did not end well. */
  close(): Promise<void>;
}

function endpointIn(line: string): string {
  const { endpoint } = JSON.parse(line) as { endpoint?: unknown };
  if (typeof endpoint !== "string") throw new Error(`the server announced itself without an endpoint: ${line}`);
  return endpoint;
}

/** Resolves when the server is ready. Rejects, with what it wrote, when it ends or stays silent instead. */
export async function startNephoscope(): Promise<RunningServer> {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-compat-data-"));
  const keyId = "AKIACOMPATSCENARIOS0";
  const secret = "the-secret-of-the-compat-scenarios-0000";
  const child = spawn(process.execPath, [MAIN, "serve", "--json"], {
    env: {
      ...process.env,
      NEPHOSCOPE_DATA: data,
      NEPHOSCOPE_LISTEN: "127.0.0.1:0",
      NEPHOSCOPE_ADMIN_KEY_ID: keyId,
      NEPHOSCOPE_ADMIN_SECRET: secret,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT);
  });
  const ended = once(child, "close");
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    child.kill("SIGKILL");
  }, READY_WITHIN_MS);
  const [first]: (string | undefined)[] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    ended.then(() => []),
  ]);
  clearTimeout(timer);
  if (first === undefined) {
    rmSync(data, { recursive: true, force: true });
    const reason = silent ? `was not ready within ${READY_WITHIN_MS} ms` : "ended before it was ready";
    throw new Error(`the server ${reason}: ${output}`);
  }
  return {
    endpoint: endpointIn(first),
    keyId,
    secret,
    async close() {
      child.kill("SIGTERM");
      const [code, signal] = await ended;
      rmSync(data, { recursive: true, force: true });
      if (code !== 0) throw new Error(`the server ended with ${code ?? signal}: ${output}`);
    },
  };
}
