import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { EC2Client } from "@aws-sdk/client-ec2";
import { createWireServer } from "@nephoscope/wire";
import { newHostKeyPair } from "@nephoscope/wire/host-keys";
import { virtualClock } from "../../platform/clock/virtual-clock.ts";
import { newHostChanges, openFleet } from "../../platform/fleet/fleet.ts";
import { type HostFacts, NO_FACTS } from "../../platform/fleet/host-facts.ts";
import { startJobs } from "../../platform/jobs/jobs.ts";
import { openSecretBox } from "../../platform/secrets/secret-box.ts";
import type { ServiceCalls } from "../../platform/service-calls/service-calls.ts";
import { openSqliteState } from "../../platform/state/sqlite-state.ts";
import { startEc2 } from "./start-ec2.ts";

export const SCOPE = { account: "123456789012", region: "us-east-1" };
export const ROLE = `arn:aws:iam::${SCOPE.account}:role/VPCFlowLogsRole`;
const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const cause = { action: "test" };

/** A host's facts: `eth0` with an address of /24. */
export const facts = (address: string, more: Partial<HostFacts> = {}): HostFacts => ({
  ...NO_FACTS,
  hostname: `ip-${address.replaceAll(".", "-")}`,
  interfaces: [{ name: "eth0", mac: "02:00:00:00:00:01", up: true, addresses: [{ address, prefix: 24 }] }],
  ...more,
});

/** EC2 behind a real address, over a fleet that the test makes. `run` stands for the services that flow logs deliver to. */
export async function openHouse(t: TestContext, run: ServiceCalls["run"] = async () => ({})) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-ec2-"));
  const clock = virtualClock(Date.now());
  const failures: unknown[] = [];
  const jobs = startJobs(clock, (_level, _message, fields) => failures.push(fields));
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const box = openSecretBox(join(data, "root.key"));
  const fleet = await openFleet({ state, box, clock, jobs });
  const roles = {
    refusal: ({ roleArn }: { roleArn: string }) => (roleArn === ROLE ? undefined : `${roleArn} does not exist.`),
  };
  /** What the server itself told of hosts. */
  const told: string[] = [];
  const metrics: Parameters<typeof startEc2>[0]["metrics"] = {
    add: ({ metric, dimensions }, _unit, value) => told.push(`${metric} ${dimensions.InstanceId} ${value}`),
  };
  const ec2 = startEc2({ state, fleet, roles, calls: { serve() {}, run }, clock, jobs, metrics });
  const server = createWireServer({
    services: [ec2.service],
    credentials: (id) => ({
      accessKeyId: id,
      secret: KEY.secretAccessKey,
      account: SCOPE.account,
      principal: { type: "IAMUser", arn: `arn:aws:iam::${SCOPE.account}:user/anna`, principalId: "AIDAANNA" },
    }),
    authorize: () => {},
    onCall: () => {},
    clock: () => new Date(),
    log: (_level, message, fields) => failures.push({ message, ...fields }),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  t.after(async () => {
    await server.close();
    await jobs.close();
    state.close();
    rmSync(data, { recursive: true, force: true });
  });
  const addHost = async (given: HostFacts, tags: Record<string, string> = {}) => {
    const id = fleet.newId("i");
    const host = {
      activationId: "a",
      iamRole: "hosts",
      publicKey: newHostKeyPair().publicKey,
      registeredName: given.hostname,
      name: "",
      tags,
      registeredAt: clock.now(),
      detailedMonitoring: false,
    };
    await state.commit({ cause, changes: newHostChanges(SCOPE, id, host) });
    await fleet.putFacts(SCOPE, id, given, cause);
    fleet.seen(SCOPE, id, {
      lastPingAt: clock.now(),
      agentVersion: "1.0.0",
      sourceIp: "127.0.0.1",
      shellScripts: false,
    });
    const find = () => {
      const found = fleet.find(SCOPE, id);
      if (found === undefined) throw new Error("the host is gone");
      return found;
    };
    return { id, find };
  };
  const client = new EC2Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: SCOPE.region,
    credentials: KEY,
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  return { clock, state, fleet, ec2: client, addHost, failures, told };
}
