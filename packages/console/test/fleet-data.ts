import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateActivationCommand, DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { FleetAgent, registerHost } from "@nephoscope/agent";
import { type Ending, KEY, REGION } from "./browser.ts";

export interface TestHost {
  readonly id: string;
}

export const ssmClient = (endpoint: string): SSMClient => new SSMClient({ endpoint, region: REGION, credentials: KEY });

/** This machine as a host of the fleet, with a real agent that may run scripts; with `works: false` one that never speaks. */
export async function startHost(
  t: Ending,
  endpoint: string,
  { name, tags, works = true }: { name: string; tags: Readonly<Record<string, string>>; works?: boolean },
): Promise<TestHost> {
  const ssm = ssmClient(endpoint);
  const { ActivationId: activationId = "", ActivationCode: activationCode = "" } = await ssm.send(
    new CreateActivationCommand({
      IamRole: "hosts",
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const identity = await registerHost({
    activationId,
    activationCode,
    endpoint,
    region: REGION,
    computerName: name,
    idPrefix: "mi",
    now: Date.now,
  });
  if (!works) return { id: identity.instanceId };
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-console-host-"));
  const permissionsFile = join(folder, "fleet.json");
  writeFileSync(permissionsFile, '{"shellScripts": true}');
  const stop = new AbortController();
  const agent = new FleetAgent({
    identity,
    home: join(folder, "agent"),
    stateFolder: join(folder, "agent", "fleet"),
    permissionsFile,
    agentVersion: "1.0.0",
    now: Date.now,
    log: () => {},
  });
  const running = agent.run(stop.signal);
  t.after(async () => {
    stop.abort();
    await running;
    rmSync(folder, { recursive: true, force: true });
  });
  for (;;) {
    const { InstanceInformationList: [host] = [] } = await ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: "InstanceIds", Values: [identity.instanceId] }] }),
    );
    if (host?.PingStatus === "Online" && host.PlatformName !== "") return { id: identity.instanceId };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
