import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateFlowLogsCommand,
  DescribeFlowLogsCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import {
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  PutParameterCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import { sampleQueries } from "@nephoscope/languages/insights-samples";
import { openHouse } from "../fleet-house.ts";
import { openLabNetwork, whyNoMachines } from "./machine.ts";
import { joinFleet } from "./member.ts";
import {
  APACHE,
  addUser,
  eventually,
  MARIADB,
  SSH,
  SYSLOG,
  signIn,
  startApache,
  startMariaDb,
  startSshd,
  startSyslog,
} from "./parts.ts";

// Walkthrough "collecting and analysing logs", sections 1 to 4, with real servers on machines of their own.

/** Why it can't be played here; undefined when it can. */
export const whyNoCollecting = (): string | undefined => whyNoMachines({ ...APACHE, ...SYSLOG, ...SSH, ...MARIADB });

/** As it stands in the walkthrough, with the parts of Windows. */
const CONFIGURATION = readFileSync(
  fileURLToPath(new URL("../../configuration/testdata/mixed-fleet.json", import.meta.url)),
  "utf8",
);

/** A Windows host's log files, as copies on a machine that replays them. */
const REPLAY = JSON.stringify({
  logs: {
    logs_collected: {
      files: {
        collect_list: [
          ["/replay/W3SVC1/*.log", "IISLogGroup", "http.log"],
          ["/replay/HTTPERR/*.log", "IISLogGroup", "httpErr.log"],
          ["/replay/rdplogs/*.log", "RDPLogGroup", "rdp.log"],
        ].map(([file_path, log_group_name, name]) => ({
          file_path: `/var/lib${file_path}`,
          log_group_name,
          log_stream_name: `{instance_id}/${name}`,
        })),
      },
    },
  },
});
const IIS = "2026-11-20 10:15:01 10.0.0.5 GET /default.htm - 80 - 10.0.0.77 curl/8.0 - 200 0 0 15";
const RDP = "2026-11-20 10:16:00,21,Remote Desktop Services: Session logon succeeded,WIN-1\\Administrator,10.0.0.77";

const WRONG_PORT_TRIES = 12;
/** What the walkthrough's script does: calls of the database, some of them on a wrong port. */
const CALLS = `
import socket, sys
address = sys.argv[1]
for i in range(5):
    s = socket.create_connection((address, 3306), 5); s.recv(200); s.close()
for i in range(${WRONG_PORT_TRIES}):
    s = socket.socket(); s.settimeout(0.2)
    try: s.connect((address, 4306))
    except OSError: pass
    s.close()
`;

export async function collectAndAnalyse(t: TestContext): Promise<void> {
  const net = openLabNetwork(t, [1, 2]);
  const house = await openHouse(t, `${net.serverAddress}:0`);
  const { ssm } = house;
  const logs = new CloudWatchLogsClient(house.client);
  const ec2 = new EC2Client(house.client);
  const iam = new IAMClient(house.client);
  const rds = new RDSClient(house.client);
  t.after(() => {
    for (const one of [logs, ec2, iam, rds]) one.destroy();
  });
  const [web1, web2, db, client] = await Promise.all([
    net.machine("web-1", 1, 10),
    net.machine("web-2", 1, 11),
    net.machine("db-1", 2, 10),
    net.machine("client", 1, 100),
  ]);
  await Promise.all(
    [web1, web2].map(async (web) => {
      await startSyslog(web);
      await startSshd(web);
      await startApache(web);
    }),
  );
  await addUser(web1, "ec2-user", "right");
  const database = await startMariaDb(db);
  // Without a user of other hosts, these are sent away before they can be refused.
  await database.query("create user shop@'%' identified by 'right'");
  // As its security group would: the database's port, and nothing else that begins elsewhere.
  const { code, errorOutput } = await db.end(
    "table inet owner {\n  chain in {\n    type filter hook input priority 0; policy accept;\n    ct state established,related accept\n    tcp dport 3306 accept\n    ct state new drop\n  }\n}\n",
    "nft",
    "-f",
    "-",
  );
  assert.equal(code, 0, errorOutput);

  const tags = { CloudwatchAgentInstalled: "true", MonitoringConfig: "BasicMixOSMonitoring" };
  const members = await Promise.all([
    joinFleet(t, house, web1, tags),
    joinFleet(t, house, web2, tags),
    joinFleet(t, house, db, { MonitoringConfig: "None" }, { databaseRestarts: { shop: database.restart } }),
  ]);
  const [one, two, three] = members;
  const webIds = [one.id, two.id].sort();

  /** Sends a command to a tag, and gives what each instance went through and what it printed. */
  const command = async (DocumentName: string, tag: string, value: string, Parameters: Record<string, string[]>) => {
    const { Command } = await ssm.send(
      new SendCommandCommand({ DocumentName, Parameters, Targets: [{ Key: `tag:${tag}`, Values: [value] }] }),
    );
    const seen = new Map<string, string[]>();
    const outputs = new Map<string, string>();
    await eventually(`an end of ${DocumentName}`, async () => {
      const { CommandInvocations = [] } = await ssm.send(
        new ListCommandInvocationsCommand({ CommandId: Command?.CommandId ?? "", Details: true }),
      );
      for (const { InstanceId = "", Status = "", CommandPlugins } of CommandInvocations) {
        const states = seen.get(InstanceId) ?? [];
        seen.set(InstanceId, states);
        if (states.at(-1) !== Status) states.push(Status);
        outputs.set(InstanceId, CommandPlugins?.[0]?.Output ?? "");
      }
      return CommandInvocations.every(({ Status }) => !["Pending", "InProgress"].includes(Status ?? ""));
    });
    return { ids: [...seen.keys()].sort(), states: [...seen.values()], outputs: [...outputs.values()] };
  };
  const eventsOf = async (logGroupName: string, filterPattern?: string) => {
    try {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
      return events;
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return [];
      throw error;
    }
  };
  const query = async (logGroupName: string, queryString: string) => {
    const now = Math.floor(Date.now() / 1_000);
    const { queryId } = await logs.send(
      new StartQueryCommand({ logGroupName, queryString, startTime: now - 3_600, endTime: now + 60 }),
    );
    const done = await eventually(queryString, async () => {
      const answer = await logs.send(new GetQueryResultsCommand({ queryId }));
      return answer.status === "Complete" && answer;
    });
    const rows = (done.results ?? []).map(
      (row) => new Map(row.map(({ field = "", value = "" }) => [field, value] as const)),
    );
    return { rows, statistics: done.statistics };
  };

  await t.test("1: hosts are registered as managed instances and carry tags", async () => {
    const wanted = members.map(({ id }) => `${id} Online`).sort();
    await eventually("all of them online", async () => {
      const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({}));
      const shown = InstanceInformationList.map(({ InstanceId, PingStatus }) => `${InstanceId} ${PingStatus}`).sort();
      return isDeepStrictEqual(shown, wanted);
    });
    const { Reservations = [] } = await ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: "tag:CloudwatchAgentInstalled", Values: ["true"] }] }),
    );
    assert.deepEqual(
      Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId)).sort(),
      webIds,
    );
  });

  await t.test(
    "1.1: AWS-ConfigureAWSPackage at the tag's targets goes In Progress, then Success, per instance",
    async () => {
      const { ids, states, outputs } = await command("AWS-ConfigureAWSPackage", "CloudwatchAgentInstalled", "true", {
        action: ["Install"],
        name: ["AmazonCloudWatchAgent"],
      });
      assert.deepEqual(ids, webIds);
      for (const went of states)
        assert.deepEqual(
          went.filter((state) => state !== "Pending"),
          ["InProgress", "Success"],
        );
      for (const output of outputs) assert.match(output, /Successfully installed AmazonCloudWatchAgent/);
    },
  );

  await t.test(
    "1.2, 1.3: the agents fetch the parameter and ship; entries of another system are skipped, and it is said",
    async () => {
      await ssm.send(new PutParameterCommand({ Name: "ConfigParamForEC2s", Type: "String", Value: CONFIGURATION }));
      const { ids, states, outputs } = await command(
        "AmazonCloudWatch-ManageAgent",
        "MonitoringConfig",
        "BasicMixOSMonitoring",
        { optionalConfigurationLocation: ["ConfigParamForEC2s"] },
      );
      assert.deepEqual(ids, webIds);
      for (const went of states) assert.equal(went.at(-1), "Success", outputs.join());
      for (const output of outputs) {
        assert.match(output, /Configuration validation succeeded/);
        assert.deepEqual(output.match(/\w+(?=\\\*\.log is a path of Windows and is skipped on this host)/g), [
          "W3SVC1",
          "HTTPERR",
          "rdplogs",
        ]);
      }
      for (const [host, path] of [
        [10, "/"],
        [10, "/missing"],
        [11, "/index.html"],
        [11, "/nothing"],
      ] as const)
        await client.run("curl", "--silent", "--output", "/dev/null", `http://${net.address(1, host)}${path}`);
      assert.equal(await signIn(client, "ec2-user", net.address(1, 10), "right"), true);
      assert.equal(await signIn(client, "ec2-user", net.address(1, 10), "wrong"), false);
      assert.equal(await signIn(client, "mallory", net.address(1, 11), "wrong"), false);

      const access = await eventually("four requests", async () => {
        const found = (await eventsOf("AccessLogGroup")).filter(({ logStreamName }) =>
          logStreamName?.endsWith("/http.log"),
        );
        return found.length === 4 && found;
      });
      assert.deepEqual(
        access
          .map(
            ({ logStreamName, message = "" }) =>
              `${logStreamName} ${/"GET (\S+) HTTP\/1.1" (\d+)/.exec(message)?.slice(1).join(" ")}`,
          )
          .sort(),
        [
          `${one.id}/http.log / 200`,
          `${one.id}/http.log /missing 404`,
          `${two.id}/http.log /index.html 200`,
          `${two.id}/http.log /nothing 404`,
        ].sort(),
      );
      await eventually("the error logs", async () => {
        const found = await eventsOf("AccessLogGroup", '"File does not exist"');
        return new Set(found.map(({ logStreamName }) => logStreamName)).size === 2;
      });
      const failed = await eventually("the failed logins of sshd", async () => {
        const found = await eventsOf("SSHLogGroup", '"Failed password"');
        return found.length === 2 && found;
      });
      assert.deepEqual(
        failed.map(({ logStreamName }) => logStreamName).sort(),
        [`${one.id}/ssh.log`, `${two.id}/ssh.log`].sort(),
      );
      assert.ok(failed.every(({ message }) => message?.includes(`from ${net.address(1, 100)} port`)));
      assert.equal((await eventsOf("SSHLogGroup", '"Accepted password for ec2-user"')).length, 1);
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
      assert.deepEqual(logGroups.map(({ logGroupName }) => logGroupName).sort(), ["AccessLogGroup", "SSHLogGroup"]);
    },
  );

  await t.test("the log files of a Windows host are replayed as files", async () => {
    await web2.write(
      "/var/lib/replay/W3SVC1/u_ex261120.log",
      `#Software: Microsoft Internet Information Services 10.0\n${IIS}\n`,
    );
    await web2.write("/var/lib/replay/rdplogs/rdp.log", `${RDP}\n`);
    await ssm.send(new PutParameterCommand({ Name: "ReplayOfWindows", Type: "String", Value: REPLAY }));
    const { states, outputs } = await command(
      "AmazonCloudWatch-ManageAgent",
      "MonitoringConfig",
      "BasicMixOSMonitoring",
      {
        action: ["configure (append)"],
        optionalConfigurationLocation: ["ReplayOfWindows"],
      },
    );
    for (const went of states) assert.equal(went.at(-1), "Success", outputs.join());
    const [iis] = await eventually("the log of IIS", async () => {
      const found = await eventsOf("IISLogGroup", '"GET /default.htm"');
      return found.length > 0 && found;
    });
    const [rdp] = await eventually("the log of RDP", async () => {
      const found = await eventsOf("RDPLogGroup");
      return found.length > 0 && found;
    });
    assert.deepEqual([iis?.logStreamName, iis?.message], [`${two.id}/http.log`, IIS]);
    assert.deepEqual([rdp?.logStreamName, rdp?.message], [`${two.id}/rdp.log`, RDP]);
  });

  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  const eniOf = (id: string) =>
    NetworkInterfaces.find(({ Attachment }) => Attachment?.InstanceId === id)?.NetworkInterfaceId ?? "";

  await t.test("2: a flow log for several subnets at once; a role that may not is refused", async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: "VPCFlowLogGroup" }));
    const { Subnets = [] } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: "cidr-block", Values: [net.cidr(1), net.cidr(2)] }] }),
    );
    assert.equal(Subnets.length, 2);
    const create = (DeliverLogsPermissionArn: string) =>
      ec2.send(
        new CreateFlowLogsCommand({
          ResourceType: "Subnet",
          ResourceIds: Subnets.map(({ SubnetId = "" }) => SubnetId),
          TrafficType: "ALL",
          MaxAggregationInterval: 600,
          LogDestinationType: "cloud-watch-logs",
          LogGroupName: "VPCFlowLogGroup",
          DeliverLogsPermissionArn,
        }),
      );
    const role = async (RoleName: string, Service: string) => {
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
      });
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      return Role?.Arn ?? "";
    };
    const arn = await role("VPCFlowLogsRole", "vpc-flow-logs.amazonaws.com");
    await assert.rejects(create(arn.replace("VPCFlowLogsRole", "Nobody")), /Unable to assume given IAM role: .*Nobody/);
    await assert.rejects(
      create(await role("ForLambda", "lambda.amazonaws.com")),
      /Unable to assume given IAM role: its trust policy/,
    );
    await assert.rejects(create(arn), /Unable to assume given IAM role: .*logs:CreateLogStream/, "it may not publish");
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
          Resource: "*",
        },
      ],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: "VPCFlowLogsRole", PolicyName: "publish", PolicyDocument }));
    const { FlowLogIds = [], Unsuccessful } = await create(arn);
    assert.deepEqual([FlowLogIds.length, Unsuccessful], [2, []]);
    for (const member of members)
      await eventually(`${member.machine.name} records`, async () =>
        (await member.machine.run("nft", "list", "tables")).includes("nephoscope_flows"),
      );
  });

  await t.test("3: the error log of a database, also after a reboot", async () => {
    const created = await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "shop",
        DBInstanceClass: "db.host",
        Engine: "mariadb",
        Tags: [{ Key: "nephoscope:host", Value: three.id }],
      }),
    );
    assert.equal(created.DBInstance?.DBInstanceStatus, "creating");
    const status = async () => {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop" }));
      return DBInstances[0]?.DBInstanceStatus;
    };
    const available = () => eventually("an available database", async () => (await status()) === "available");
    await available();
    const modified = await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: "shop",
        ApplyImmediately: true,
        CloudwatchLogsExportConfiguration: { EnableLogTypes: ["error"] },
      }),
    );
    assert.equal(modified.DBInstance?.DBInstanceStatus, "configuring-log-exports");
    await available();
    const refusedTo = async (user: string) => {
      const { code } = await client.end(
        "",
        ...([
          "mariadb",
          "--no-defaults",
          `--host=${net.address(2, 10)}`,
          `--user=${user}`,
          "--password=wrong",
          "-e",
          "select 1",
        ] as const),
      );
      assert.notEqual(code, 0);
      const [event] = await eventually(`the refusal of ${user}`, async () => {
        const found = await eventsOf("/aws/rds/instance/shop/error", `"${user}"`);
        return found.length > 0 && found;
      });
      assert.match(event?.message ?? "", new RegExp(`\\[Warning\\] Access denied for user '${user}'`));
    };
    await refusedTo("mallory");
    const before = await db.read("/run/mysqld/mysqld.pid");
    const rebooted = await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop" }));
    assert.equal(rebooted.DBInstance?.DBInstanceStatus, "rebooting");
    await available();
    assert.notEqual(await db.read("/run/mysqld/mysqld.pid"), before, "the server was really restarted");
    await refusedTo("trudy");
    assert.ok((await eventsOf("/aws/rds/instance/shop/error", '"Shutdown complete"')).length > 0);
  });

  await t.test("4.1: the newest entries of the access log, each with its fields, and how many there are", async () => {
    const { rows, statistics } = await query(
      "AccessLogGroup",
      "fields @timestamp, @message\n| sort @timestamp desc\n| limit 20",
    );
    const messages = rows.map((row) => row.get("@message") ?? "");
    assert.ok(
      rows.length <= 20 &&
        messages.some((text) => / 200 \d+$/.test(text)) &&
        messages.some((text) => / 404 \d+$/.test(text)),
    );
    const times = rows.map((row) => row.get("@timestamp") ?? "");
    assert.deepEqual(times, [...times].sort().reverse());
    assert.ok((statistics?.recordsMatched ?? 0) >= rows.length);
    const logRecordPointer = rows.find((row) => / 404 \d+$/.test(row.get("@message") ?? ""))?.get("@ptr");
    const { logRecord = {} } = await logs.send(new GetLogRecordCommand({ logRecordPointer }));
    assert.match(logRecord["@message"] ?? "", / 404 \d+$/);
    assert.match(logRecord["@logStream"] ?? "", /\/http\.log$/);
  });

  await t.test("4.2: hits in intervals of five minutes", async () => {
    const { rows } = await query(
      "AccessLogGroup",
      "fields @timestamp, @message\n| sort @timestamp desc\n| stats count() by bin(5m)",
    );
    const all = (await eventsOf("AccessLogGroup")).length;
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row.get("count()")), 0),
      all,
    );
    for (const row of rows) assert.match(row.get("bin(5m)") ?? "", /^\d{4}-\d\d-\d\d \d\d:\d[05]:00\.000$/);
  });

  await t.test("4.3, 4.4: calls on a wrong port, and who was rejected most, of real flow records", async () => {
    await client.run("python3", "-c", CALLS, net.address(2, 10));
    // Ten minutes are not waited for: what an agent has when it ends, it sends.
    for (const member of members) await member.stop();
    const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
    assert.deepEqual(
      FlowLogs.map(({ DeliverLogsStatus, DeliverLogsErrorMessage }) => [DeliverLogsStatus, DeliverLogsErrorMessage]),
      [
        ["SUCCESS", undefined],
        ["SUCCESS", undefined],
      ],
    );
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: "VPCFlowLogGroup" }));
    assert.deepEqual(
      logStreams.map(({ logStreamName }) => logStreamName).sort(),
      members.map(({ id }) => `${eniOf(id)}-all`).sort(),
      "each interface has its own stream",
    );
    const address = net.address(2, 10);
    const wrong = await query(
      "VPCFlowLogGroup",
      `fields @srcaddr, @dstport, @dstaddr, @interface_id
|parse '* * * * * * * * * * * * * *'  as version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status
| stats count(*) as callsNotOnPort3306 by srcaddr, dstport, dstaddr, interface_id
| filter dstport != 3306 and dstport != 80  and interface_id="${eniOf(three.id)}" and dstaddr = "${address}"
| sort by callsNotOnPort3306 desc
| limit 20`,
    );
    assert.deepEqual(Object.fromEntries(wrong.rows[0] ?? []), {
      srcaddr: net.address(1, 100),
      dstport: "4306",
      dstaddr: address,
      interface_id: eniOf(three.id),
      callsNotOnPort3306: String(WRONG_PORT_TRIES),
    });
    assert.ok(wrong.rows.every((row) => row.get("dstport") !== "3306"));
    const sample = sampleQueries.find(
      ({ name }) => name === "Top 20 source IP addresses with highest number of rejected requests",
    );
    const rejected = await query("VPCFlowLogGroup", sample?.query ?? "");
    assert.deepEqual(
      rejected.rows.map((row) => [row.get("srcAddr"), row.get("numRejections")]),
      [[net.address(1, 100), String(WRONG_PORT_TRIES)]],
    );
    const right = await query(
      "VPCFlowLogGroup",
      `filter dstPort = 3306 and interfaceId = "${eniOf(three.id)}" and action = "ACCEPT" | stats count(*) as calls`,
    );
    assert.ok(Number(right.rows[0]?.get("calls")) >= 5);
  });
}
