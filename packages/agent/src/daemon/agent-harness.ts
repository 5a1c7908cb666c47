import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { makeDirectory, until } from "../files/collector-harness.ts";
import { agentPaths } from "./settings.ts";

const MAIN = new URL("../../../cli/src/main.ts", import.meta.url).pathname;

export interface RunningAgent {
  readonly process: ChildProcess;
  /** What it wrote to its log. */
  log(): string;
  signal(signal: "SIGHUP" | "SIGTERM" | "SIGKILL"): void;
  ended(): Promise<number | null>;
}

/** A host with an agent's home and a service of a test. Agents are processes, as users run them. */
export async function agentScene(t: TestContext) {
  const service = await new FakeCloudWatch().startFor(t);
  const directory = makeDirectory(t);
  const paths = agentPaths(join(directory, "home"));
  mkdirSync(dirname(paths.settings), { recursive: true });
  mkdirSync(paths.configurations);
  const configure = (name: string, configuration: object | string): void =>
    writeFileSync(
      join(paths.configurations, name),
      typeof configuration === "string" ? configuration : JSON.stringify(configuration),
    );
  const settings = (text: string): void => writeFileSync(paths.settings, text);
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    AWS_ENDPOINT_URL: service.endpoint,
    AWS_REGION: "test-region-1",
    AWS_ACCESS_KEY_ID: "KEY",
    AWS_SECRET_ACCESS_KEY: "SECRET",
  };

  /** @param options of the process: another user, other variables */
  const start = (options: { readonly uid?: number; readonly env?: Record<string, string> } = {}): RunningAgent => {
    const agent = spawn(process.execPath, [MAIN, "agent", "--home", paths.home, "--mode", "onPremise"], {
      stdio: ["ignore", "ignore", "pipe"],
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      env: { ...env, ...options.env },
    });
    let said = "";
    agent.stderr.on("data", (text) => {
      said += String(text);
    });
    const end = once(agent, "close");
    t.after(() => agent.kill("SIGKILL"));
    return {
      process: agent,
      log: () => said,
      signal: (signal) => void agent.kill(signal),
      ended: async () => {
        const [code]: (number | null)[] = await end;
        return code ?? null;
      },
    };
  };

  const startAndWait = async (options?: Parameters<typeof start>[0]): Promise<RunningAgent> => {
    const agent = start(options);
    await until(
      () => agent.log().includes("the agent runs as process"),
      () => agent.log(),
    );
    return agent;
  };
  return { service, directory, paths, configure, settings, env, start, startAndWait };
}

/** A configuration of log files, with a short time for batches to fill. */
export const collecting = (...files: readonly object[]): object => ({
  logs: { logs_collected: { files: { collect_list: files } }, force_flush_interval: 1 },
});

/** Every line once at least. */
export function assertNoneLost(got: readonly string[], wanted: readonly string[]): void {
  const distinct = new Set(got);
  assert.deepEqual(
    wanted.filter((line) => !distinct.has(line)),
    [],
  );
}
