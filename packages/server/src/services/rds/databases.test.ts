import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CreateDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBLogFilesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { createWireServer } from "@nephoscope/wire";
import { newHostKeyPair } from "@nephoscope/wire/host-keys";
import { virtualClock } from "../../platform/clock/virtual-clock.ts";
import { newHostChanges, openFleet } from "../../platform/fleet/fleet.ts";
import { startJobs } from "../../platform/jobs/jobs.ts";
import { openSecretBox } from "../../platform/secrets/secret-box.ts";
import { openSqliteState } from "../../platform/state/sqlite-state.ts";
import { startRds } from "./start-rds.ts";

const SCOPE = { account: "123456789012", region: "us-east-1" };
const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

async function openHouse(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-rds-"));
  const clock = virtualClock(Date.now());
  const jobs = startJobs(clock, () => {});
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const fleet = await openFleet({ state, box: openSecretBox(join(data, "root.key")), clock, jobs });
  const { service } = startRds({ state, fleet, clock });
  const server = createWireServer({
    services: [service],
    credentials: (accessKeyId) => ({
      accessKeyId,
      secret: KEY.secretAccessKey,
      account: SCOPE.account,
      principal: { type: "IAMUser", arn: `arn:aws:iam::${SCOPE.account}:user/anna`, principalId: "AIDAANNA" },
    }),
    authorize: () => {},
    onCall: () => {},
    clock: () => new Date(),
    log: () => {},
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const rds = new RDSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: SCOPE.region,
    credentials: KEY,
    maxAttempts: 1,
  });
  t.after(async () => {
    rds.destroy();
    await server.close();
    await jobs.close();
    state.close();
    rmSync(data, { recursive: true, force: true });
  });
  const addHost = async () => {
    const id = fleet.newId("mi");
    await state.commit({
      cause: { action: "test" },
      changes: newHostChanges(SCOPE, id, {
        activationId: "a",
        iamRole: "hosts",
        publicKey: newHostKeyPair().publicKey,
        registeredName: "db-1",
        name: "",
        tags: {},
        registeredAt: clock.now(),
        detailedMonitoring: false,
      }),
    });
    const find = () => {
      const found = fleet.find(SCOPE, id);
      if (found === undefined) throw new Error("the host is gone");
      return found;
    };
    const told = () =>
      fleet.assignments.of(find()).databases as
        | { databases: { name: string; work?: string; logs: object[] }[] }
        | undefined;
    return {
      id,
      find,
      told,
      /** Does what an agent does: whatever it is told, and says so. */
      work: (more: object = {}) =>
        fleet.assignments.report(find(), {
          databases: { databases: told()?.databases.map(({ name, work }) => ({ name, done: work, ...more })) },
        }),
    };
  };
  const create = (hostId: string, more: Partial<CreateDBInstanceCommandInput> = {}) =>
    rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "shop",
        DBInstanceClass: "db.t3.micro",
        Engine: "mariadb",
        Tags: [{ Key: "nephoscope:host", Value: hostId }],
        ...more,
      }),
    );
  const status = async () =>
    (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop" }))).DBInstances?.[0]
      ?.DBInstanceStatus;
  return { rds, fleet, addHost, create, status };
}

test("log exports are configured until the host says that it sends them", async (t) => {
  const { rds, addHost, create, status } = await openHouse(t);
  const host = await addHost();
  await create(host.id);
  assert.equal(await status(), "creating");
  await host.work();
  assert.equal(await status(), "available");
  const { DBInstance } = await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: "shop",
      ApplyImmediately: true,
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ["error"] },
    }),
  );
  assert.deepEqual(
    [DBInstance?.DBInstanceStatus, DBInstance?.EnabledCloudwatchLogsExports],
    ["configuring-log-exports", ["error"]],
  );
  assert.deepEqual(host.told()?.databases[0]?.logs, [
    { type: "error", path: "/var/log/mysql/error.log", group: "/aws/rds/instance/shop/error", stream: "shop" },
  ]);
  await host.work({ files: [{ name: "error/error.log", size: 12, writtenAt: 1000 }] });
  assert.equal(await status(), "available");
  const { DescribeDBLogFiles } = await rds.send(new DescribeDBLogFilesCommand({ DBInstanceIdentifier: "shop" }));
  assert.deepEqual(DescribeDBLogFiles, [{ LogFileName: "error/error.log", Size: 12, LastWritten: 1000 }]);
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" }));
  assert.equal(await status(), "rebooting");
  await host.work();
  assert.equal(await status(), "available");
});

test("a report of work that is past changes nothing", async (t) => {
  const { fleet, addHost, create, status } = await openHouse(t);
  const host = await addHost();
  await create(host.id);
  await fleet.assignments.report(host.find(), { databases: { databases: [{ name: "shop", done: "another" }] } });
  assert.equal(await status(), "creating");
  const other = await addHost();
  await fleet.assignments.report(other.find(), { databases: host.told() });
  assert.equal(await status(), "creating", "another host's word does not count");
});

test("a host writes into the groups of its own databases only", async (t) => {
  const { fleet, addHost, create } = await openHouse(t);
  const [host, other] = [await addHost(), await addHost()];
  await create(host.id, { EnableCloudwatchLogsExports: ["error", "slowquery"] });
  const put = { service: "cloudwatch-logs", operation: "PutLogEvents" };
  const into = (logGroupName: string) => ({ logGroupName, logStreamName: "shop" });
  assert.equal(fleet.rights.denies(host.find(), put, into("/aws/rds/instance/shop/error")), undefined);
  assert.notEqual(fleet.rights.denies(host.find(), put, into("/aws/rds/instance/shop/general")), undefined);
  assert.notEqual(fleet.rights.denies(other.find(), put, into("/aws/rds/instance/shop/error")), undefined);
});

test("what is no registration is refused", async (t) => {
  const { rds, addHost, create } = await openHouse(t);
  const host = await addHost();
  const refused = (more: Partial<CreateDBInstanceCommandInput>, name: string) =>
    assert.rejects(create(host.id, more), (error: Error) => error.name === name);
  await refused({ AllocatedStorage: 20 }, "InvalidParameterCombination");
  await refused({ Engine: "oracle-ee" }, "InvalidParameterValue");
  await refused({ DBInstanceIdentifier: "1shop" }, "InvalidParameterValue");
  await refused({ Tags: [] }, "InvalidParameterValue");
  await refused({ EnableCloudwatchLogsExports: ["postgresql"] }, "InvalidParameterCombination");
  await refused(
    {
      Tags: [
        { Key: "nephoscope:host", Value: host.id },
        { Key: "nephoscope:log:error", Value: "/var/../etc/shadow" },
      ],
    },
    "InvalidParameterValue",
  );
  await create(host.id);
  await refused({}, "DBInstanceAlreadyExistsFault");
  await assert.rejects(rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "none" })), {
    name: "DBInstanceNotFoundFault",
  });
  await assert.rejects(rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" })), {
    name: "InvalidDBInstanceStateFault",
  });
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "shop", SkipFinalSnapshot: true }));
  assert.equal(host.told(), undefined);
});
