import type { TestContext } from "node:test";
import type { openHouse } from "../fleet-house.ts";
import { type Machine, nephoscope } from "./machine.ts";
import { eventually } from "./parts.ts";

/** A machine that is a host of the fleet. */
export interface Member {
  readonly machine: Machine;
  /** `i-…` */
  readonly id: string;
  /** Ends its work as a service manager does, and waits until it has sent what it has; the agent that collects goes on. */
  stop(): Promise<void>;
  /** What it wrote to its log. */
  logged(): string;
}

/** Where the agent of root keeps its things. */
export const HOME = "/var/lib/nephoscope-agent";

/** Registers a machine with an activation, and lets it work as a host. */
export async function joinFleet(
  t: TestContext,
  house: Awaited<ReturnType<typeof openHouse>>,
  machine: Machine,
  tags: Readonly<Record<string, string>> = {},
  permissions?: object,
): Promise<Member> {
  const { activationId, activationCode } = await house.activate(tags);
  await machine.run(
    "env",
    `NEPHOSCOPE_ACTIVATION_CODE=${activationCode}`,
    ...nephoscope(
      "host",
      "register",
      "--instance",
      "--activation-id",
      activationId,
      "--endpoint",
      house.server.endpoint,
    ),
  );
  if (permissions !== undefined) await machine.write(`${HOME}/etc/fleet.json`, JSON.stringify(permissions));
  const { instanceId }: { instanceId: string } = JSON.parse(await machine.run(...nephoscope("host", "status")));
  const worker = machine.start("sh", "-c", 'echo $$ > /run/host.pid; exec "$@"', "sh", ...nephoscope("host", "run"));
  let log = "";
  worker.stdout.resume();
  worker.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => worker.once("close", () => resolve()));
  await eventually(`${machine.name} works`, () => log.includes("works for"));
  const stop = async () => {
    await machine.run("sh", "-c", 'kill "$(cat /run/host.pid)"');
    await ended;
  };
  t.after(() => {
    for (const line of log.split("\n").filter((text) => /\b(warn|error)\b/i.test(text)))
      t.diagnostic(`${machine.name}: ${line}`);
  });
  return { machine, id: instanceId, stop, logged: () => log };
}
