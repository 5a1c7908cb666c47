import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { controlCommand } from "./agent-control.ts";
import { eventually, openHouse, startAgent } from "./fleet-house.ts";

const SERVER = "/usr/sbin/mariadbd";
const skip =
  process.getuid?.() !== 0
    ? "starting MariaDB as its own user needs root"
    : existsSync(SERVER)
      ? false
      : "MariaDB is missing: apt-get install mariadb-server";

/** MariaDB with an error log of its own; gives what tries to sign in with a wrong password. */
async function startMariaDb(t: TestContext, folder: string) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const [data, socket, errors] = [join(folder, "data"), join(folder, "socket"), join(folder, "error.log")];
  mkdirSync(data);
  execFileSync("chown", ["-R", "mysql:mysql", folder]);
  execFileSync("mariadb-install-db", ["--no-defaults", "--user=mysql", `--datadir=${data}`, "--skip-test-db"], {
    stdio: "ignore",
  });
  const server = spawn(
    SERVER,
    [
      "--no-defaults",
      "--user=mysql",
      `--datadir=${data}`,
      `--socket=${socket}`,
      "--skip-networking",
      `--log-error=${errors}`,
      "--log-warnings=2",
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => server.once("close", resolve));
  t.after(async () => {
    server.kill("SIGTERM");
    await ended;
  });
  await eventually(
    async () => existsSync(socket),
    (there) => there,
    60,
  );
  const wrongPassword = (user: string) => {
    assert.throws(() =>
      execFileSync(
        "mariadb",
        ["--no-defaults", `--socket=${socket}`, `--user=${user}`, "--password=wrong", "-e", "select 1"],
        {
          stdio: "ignore",
        },
      ),
    );
  };
  return { errors, wrongPassword };
}

test("the error log of a real database, turned on by ModifyDBInstance, and still there after a reboot", {
  skip,
}, async (t) => {
  const house = await openHouse(t);
  // Not below the house's folder, which the database's user may not enter.
  const place = join("/var/tmp", `nephoscope-db-${process.pid}`);
  t.after(() => execFileSync("rm", ["-rf", place]));
  const { errors, wrongPassword } = await startMariaDb(t, place);
  const home = join(house.folder, "agent");
  const identity = await house.register();
  mkdirSync(join(home, "etc"), { recursive: true });
  const { writeHostIdentity } = await import("./host-identity.ts");
  await writeHostIdentity(join(home, "etc", "registration.json"), identity);
  const permissionsFile = join(home, "etc", "fleet.json");
  writeFileSync(permissionsFile, JSON.stringify({ databaseLogFolders: [place] }));
  const agent = startAgent(t, { identity, home, stateFolder: join(home, "state", "fleet"), permissionsFile });
  t.after(() => controlCommand(home, "auto").run("stop"));

  const [rds, logs] = [new RDSClient(house.client), new CloudWatchLogsClient(house.client)];
  t.after(() => {
    rds.destroy();
    logs.destroy();
  });
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "shop",
      DBInstanceClass: "db.host",
      Engine: "mariadb",
      Tags: [
        { Key: "nephoscope:host", Value: identity.instanceId },
        { Key: "nephoscope:log:error", Value: errors },
      ],
    }),
  );
  const available = () =>
    eventually(
      () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop" })),
      ({ DBInstances = [] }) => DBInstances[0]?.DBInstanceStatus === "available",
    );
  await available();
  const { DBInstance } = await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: "shop",
      ApplyImmediately: true,
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ["error"] },
    }),
  );
  assert.equal(DBInstance?.DBInstanceStatus, "configuring-log-exports");
  await available();
  const arrives = (user: string) =>
    eventually(
      async () => {
        try {
          return await logs.send(
            new FilterLogEventsCommand({ logGroupName: "/aws/rds/instance/shop/error", filterPattern: `"${user}"` }),
          );
        } catch (error) {
          if (error instanceof Error && error.name === "ResourceNotFoundException") return { events: [] };
          throw error;
        }
      },
      ({ events = [] }) => events.length > 0,
    );
  wrongPassword("mallory");
  const { events = [] } = await arrives("mallory");
  assert.match(events[0]?.message ?? "", /Access denied for user 'mallory'@'localhost'/);
  assert.equal(events[0]?.logStreamName, "shop");
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" }));
  await available();
  wrongPassword("trudy");
  await arrives("trudy");
  await agent.end();
  await controlCommand(home, "auto").run("stop");
});
