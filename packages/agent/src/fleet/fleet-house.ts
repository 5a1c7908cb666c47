import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CreateActivationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readSettings, startServer } from "@nephoscope/server";
import type { AgentControl } from "./agent-control.ts";
import { FleetAgent } from "./fleet-agent.ts";
import { registerHost } from "./register.ts";

export const REGION = "us-east-1";

/** A server with its engine, and what registers hosts with it. */
export async function openHouse(
  t: TestContext,
  listen = "127.0.0.1:0",
  settings: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-fleet-"));
  const server = await startServer(
    readSettings({ env: { NEPHOSCOPE_DATA: join(folder, "server"), NEPHOSCOPE_LISTEN: listen, ...settings } }),
    { log: () => {} },
  );
  const credentials = server.firstKey;
  if (credentials === undefined) throw new Error("the server has no key");
  const client = { endpoint: server.endpoint, region: REGION, credentials, maxAttempts: 1 };
  const ssm = new SSMClient(client);
  t.after(async () => {
    ssm.destroy();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const activate = async (tags: Record<string, string> = {}) => {
    const { ActivationId = "", ActivationCode = "" } = await ssm.send(
      new CreateActivationCommand({
        IamRole: "hosts",
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return { activationId: ActivationId, activationCode: ActivationCode };
  };
  const register = async (tags: Record<string, string> = {}) =>
    registerHost({
      ...(await activate(tags)),
      endpoint: server.endpoint,
      region: REGION,
      computerName: "test-host",
      idPrefix: "mi",
      now: Date.now,
    });
  return { folder, server, client, ssm, activate, register };
}

/** Notes what the agent's control command would be called with, and answers and stores as it does. */
export function fakeControl() {
  const calls: { action: string; name?: string; text?: string; restart?: boolean }[] = [];
  const stored = new Map<string, string>();
  const control: AgentControl = {
    async configure(how, { name, text }, restart) {
      calls.push({ action: how, name, text, restart });
      if (how === "fetch") stored.clear();
      if (how === "remove") stored.delete(name);
      else stored.set(name, text);
      return { code: 0, output: "Configuration validation succeeded\n", errorOutput: "" };
    },
    async makeUser() {
      calls.push({ action: "make user" });
      return { code: 0, output: "", errorOutput: "" };
    },
    async removeAll(restart) {
      calls.push({ action: "remove all", restart });
      stored.clear();
      return { code: 0, output: "", errorOutput: "" };
    },
    async run(action) {
      calls.push({ action });
      return { code: 0, output: '{"status":"running"}\n', errorOutput: "" };
    },
    stored: (name) => stored.get(name),
  };
  return { calls, control: () => control };
}

/** An agent at work until the test ends, or is told to. */
export function startAgent(
  t: TestContext,
  options: Omit<ConstructorParameters<typeof FleetAgent>[0], "now" | "agentVersion" | "log">,
) {
  const stop = new AbortController();
  const logged: { level: string; message: string; fields: unknown }[] = [];
  const agent = new FleetAgent({
    ...options,
    now: Date.now,
    agentVersion: "1.0.0",
    log: (level, message, fields) => logged.push({ level, message, fields }),
  });
  const running = agent.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  t.after(end);
  return { end, logged };
}

/** Asks until the answer is wanted. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, seconds = 30): Promise<T> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`this did not come: the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
