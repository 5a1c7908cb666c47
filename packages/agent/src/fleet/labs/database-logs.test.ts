import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBLogFilesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { openHouse } from "../fleet-house.ts";
import { openLabNetwork, whyNoMachines } from "./machine.ts";
import { joinFleet, type Member } from "./member.ts";
import { eventually, MARIADB, startMariaDb } from "./parts.ts";
import { NO_POSTGRES, postgresPrograms, startPostgres, upgradeCluster } from "./postgres.ts";

// Each log type of real databases, from their own files to the groups that RDS names.

async function openDatabases(t: TestContext) {
  const net = openLabNetwork(t, [1]);
  const house = await openHouse(t, `${net.serverAddress}:0`);
  const [rds, logs] = [new RDSClient(house.client), new CloudWatchLogsClient(house.client)];
  t.after(() => {
    rds.destroy();
    logs.destroy();
  });
  const available = (name: string) =>
    eventually(`${name} is available`, async () => {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
      return DBInstances[0]?.DBInstanceStatus === "available";
    });
  const enable = async (
    name: string,
    Engine: string,
    member: Member,
    types: string[],
    paths: Record<string, string> = {},
  ) => {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBInstanceClass: "db.host",
        Engine,
        Tags: [
          { Key: "nephoscope:host", Value: member.id },
          ...Object.entries(paths).map(([type, Value]) => ({ Key: `nephoscope:log:${type}`, Value })),
        ],
      }),
    );
    await available(name);
    const { DBInstance } = await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: name,
        ApplyImmediately: true,
        CloudwatchLogsExportConfiguration: { EnableLogTypes: types },
      }),
    );
    assert.deepEqual(
      [
        DBInstance?.DBInstanceStatus,
        DBInstance?.PendingModifiedValues?.PendingCloudwatchLogsExports?.LogTypesToEnable?.toSorted(),
      ],
      ["configuring-log-exports", types.toSorted()],
    );
    await available(name);
  };
  /** The first event of a log type that matches; every one is in the stream that has the database's name. */
  const arrives = async (name: string, type: string, wanted: RegExp) =>
    eventually(`${wanted} in the ${type} log of ${name}`, async () => {
      try {
        const { events = [] } = await logs.send(
          new FilterLogEventsCommand({ logGroupName: `/aws/rds/instance/${name}/${type}`, logStreamNames: [name] }),
        );
        return events.find(({ message = "" }) => wanted.test(message))?.message;
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    });
  const files = async (name: string) => {
    const { DescribeDBLogFiles = [] } = await rds.send(new DescribeDBLogFilesCommand({ DBInstanceIdentifier: name }));
    return DescribeDBLogFiles.map(({ LogFileName = "" }) => LogFileName);
  };
  const reboot = async (name: string) => {
    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: name }));
    await available(name);
  };
  return { net, house, enable, arrives, files, reboot };
}

const programs = postgresPrograms();

// They wait more than they work, so they wait together.
suite("logs of real databases", { concurrency: true }, () => {
  test("MariaDB: the error, general, slow and audit log", { skip: whyNoMachines(MARIADB) ?? false }, async (t) => {
    const { net, house, enable, arrives, files } = await openDatabases(t);
    const machine = await net.machine("db-1", 1, 10);
    const audit = "/var/log/mysql/server_audit.log";
    const { query } = await startMariaDb(machine, [
      "general_log=1",
      "general_log_file=/var/log/mysql/mysql.log",
      "slow_query_log=1",
      "long_query_time=0.2",
      "slow_query_log_file=/var/log/mysql/mariadb-slow.log",
      "plugin_load_add=server_audit",
      "server_audit_logging=ON",
      `server_audit_file_path=${audit}`,
    ]);
    const member = await joinFleet(t, house, machine);
    await enable("shop", "mariadb", member, ["audit", "error", "general", "slowquery"], { audit });
    await query("select 'seen by the general log'");
    await query("select\nsleep(0.3)");
    const wrong = await machine.end(
      "",
      ...([
        "mariadb",
        "--no-defaults",
        "--socket=/run/mysqld/mysqld.sock",
        "-umallory",
        "-pwrong",
        "-e",
        "select 1",
      ] as const),
    );
    assert.notEqual(wrong.code, 0);
    await arrives("shop", "error", /\[Warning\] Access denied for user 'mallory'@'localhost'/);
    await arrives("shop", "general", /Query\s+select 'seen by the general log'/);
    const slow = await arrives("shop", "slowquery", /^# User@Host:[\s\S]*sleep\(0\.3\)/);
    assert.match(
      slow,
      /# Query_time: 0\.3\d* [\s\S]*select\nsleep\(0\.3\);?$/,
      "an entry of several lines is one event",
    );
    await arrives(
      "shop",
      "audit",
      /,localhost,.*QUERY,.*select 'seen by the general log'|,QUERY,,'select \\'seen by the general log/,
    );
    await arrives("shop", "audit", /,mallory,localhost,.*FAILED_CONNECT/);
    await eventually("all log files are named", async () => (await files("shop")).length === 4);
    assert.deepEqual(await files("shop"), [
      "audit/server_audit.log",
      "error/error.log",
      "general/mysql.log",
      "slowquery/mariadb-slow.log",
    ]);
  });

  test("PostgreSQL: its log with slow statements, also after a reboot, and that of an upgrade", {
    skip: whyNoMachines() ?? (programs === undefined ? NO_POSTGRES : false),
  }, async (t) => {
    assert.ok(programs !== undefined);
    const { net, house, enable, arrives, files, reboot } = await openDatabases(t);
    const machine = await net.machine("pg-1", 1, 10);
    const { query, restart } = await startPostgres(machine, programs);
    const member = await joinFleet(t, house, machine, {}, { databaseRestarts: { orders: restart } });
    await enable("orders", "postgres", member, ["postgresql", "upgrade"]);
    await query("select pg_sleep(0.15),\n  'a statement of two lines'");
    await assert.rejects(query("select wrong"));
    const slow = await arrives("orders", "postgresql", /pg_sleep/);
    assert.match(
      slow,
      /^\d{4}-.* postgres@postgres LOG: +duration: 1\d\d\.\d+ ms +statement: select pg_sleep\(0\.15\),\n\s+'a statement of two lines'$/,
    );
    await arrives("orders", "postgresql", /ERROR: +column "wrong" does not exist/);
    const before = await machine.read("/var/lib/postgresql/15/main/postmaster.pid");
    await reboot("orders");
    assert.notEqual(await machine.read("/var/lib/postgresql/15/main/postmaster.pid"), before);
    await arrives("orders", "postgresql", /database system is shut down/);
    await query("select pg_sleep(0.12)");
    await arrives("orders", "postgresql", /pg_sleep\(0\.12\)/);

    await upgradeCluster(machine, programs);
    await arrives("orders", "upgrade", /Upgrade Complete|Creating dump of database schemas/);
    assert.match((await files("orders")).join(), /^postgresql\/postgresql-\d{4}-\d\d-\d\d\.log/);
  });
});
