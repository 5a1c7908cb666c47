import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  TestMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetCommandInvocationCommand, GetParameterCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { openHouse } from "../fleet-house.ts";
import { agentCtl, agentWizard, openLabNetwork, whyNoMachines } from "./machine.ts";
import { HOME, joinFleet } from "./member.ts";
import { addUser, eventually, failToBecome, SYSLOG, startSyslog } from "./parts.ts";

// Walkthrough "watching a database server", section 1: the auth log of a real machine, shipped by wizard and control command.

/** Why it can't be played here; undefined when it can. */
export const whyNoAuthLog = (): string | undefined => whyNoMachines(SYSLOG);

const GROUP = "database_server_security_logs";

/** What is asked in this order, and what is typed; an empty text is Enter. */
const DIALOGUE: readonly (readonly [question: RegExp, typed: string])[] = [
  [/On which OS are you planning to use the agent\?\n1\. linux\n2\. windows\n3\. darwin/, ""],
  [/Are you using EC2 or On-Premises hosts\?/, ""],
  [/Which user are you planning to run the agent\?/, ""],
  [/Do you want to turn on StatsD daemon\?/, ""],
  [/Which port do you want StatsD daemon to listen to\?/, ""],
  [/What is the collect interval for StatsD daemon\?/, ""],
  [/What is the aggregation interval for metrics collected by StatsD daemon\?/, ""],
  [/Do you want to monitor metrics from CollectD\?/, ""],
  [/Do you want to monitor any host metrics\?/, ""],
  [/Do you want to monitor cpu metrics per core\?/, ""],
  [/Do you want to add ec2 dimensions/, ""],
  [/Do you want to aggregate ec2 dimensions/, ""],
  [/Would you like to collect your metrics at high resolution/, ""],
  [/Which default metrics config do you want\?/, ""],
  [/Are you satisfied with the above config\?/, ""],
  [/Do you have any existing CloudWatch Log Agent/, ""],
  [/Do you want to monitor any log files\?/, ""],
  [/Log file path:/, "/var/log/secure"],
  [/Log group name:\ndefault choice: \[secure\]/, GROUP],
  [/Log group class:\n1\. STANDARD/, ""],
  [/Log stream name:\ndefault choice: \[\{instance_id\}\]/, ""],
  [/Log Group Retention in days\n1\. -1/, ""],
  [/Do you want to specify any additional log files to monitor\?/, "2"],
  [/Do you want the CloudWatch agent to also retrieve X-ray traces\?/, ""],
  [/Do you want to store the config in the SSM parameter store\?/, ""],
  [/What parameter store name do you want to use/, ""],
  [/Which region do you want to store the config/, ""],
];

const FAILURE =
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ip-10-10-20-20 su: pam_unix\(su:auth\): authentication failure; logname=\S* uid=\d+ euid=0 tty=\S*pts\/\d+ ruser=ec2-user rhost=\s+user=dbdev$/;

export async function shipAuthLog(t: TestContext): Promise<void> {
  const net = openLabNetwork(t, [1]);
  const house = await openHouse(t, `${net.serverAddress}:0`);
  const logs = new CloudWatchLogsClient(house.client);
  const iam = new IAMClient(house.client);
  t.after(() => {
    logs.destroy();
    iam.destroy();
  });
  const machine = await net.machine("ip-10-10-20-20", 1, 20);
  await startSyslog(machine);
  await addUser(machine, "ec2-user", "right");
  await addUser(machine, "dbdev", "secret");
  const { id } = await joinFleet(t, house, machine);

  await t.test("the agent's package is installed on the host", async () => {
    const { Command } = await house.ssm.send(
      new SendCommandCommand({
        DocumentName: "AWS-ConfigureAWSPackage",
        Parameters: { action: ["Install"], name: ["AmazonCloudWatchAgent"] },
        InstanceIds: [id],
      }),
    );
    await eventually("an installed package", async () => {
      const { Status } = await house.ssm.send(
        new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId: id }),
      );
      return Status === "Success";
    });
  });

  await t.test("1.1: the wizard asks in the walkthrough's order, and writes and stores config.json", async () => {
    // As with AWS, storing needs a right that the host's role has to have.
    await iam.send(
      new CreateRoleCommand({
        RoleName: "hosts",
        AssumeRolePolicyDocument:
          '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}}',
      }),
    );
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ssm:PutParameter", Resource: "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*" },
      ],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: "hosts", PolicyName: "store", PolicyDocument }));
    const wizard = machine.start(...agentWizard());
    let said = "";
    wizard.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const ended = new Promise((resolve) => wizard.once("close", resolve));
    let at = 0;
    for (const [question, typed] of DIALOGUE) {
      const found = await eventually(`the question ${question}`, () => question.exec(said.slice(at)) ?? undefined, 20);
      at += found.index + found[0].length;
      wizard.stdin.write(`${typed}\n`);
    }
    assert.equal(await ended, 0, said.slice(-2_000));
    const written = await machine.read(`${HOME}/bin/config.json`);
    const { logs: section } = JSON.parse(written);
    assert.deepEqual(section.logs_collected.files.collect_list, [
      {
        file_path: "/var/log/secure",
        log_group_class: "STANDARD",
        log_group_name: GROUP,
        log_stream_name: "{instance_id}",
        retention_in_days: -1,
      },
    ]);
    const { Parameter } = await house.ssm.send(new GetParameterCommand({ Name: "AmazonCloudWatch-linux" }));
    assert.equal(Parameter?.Value, written);
  });

  const status = async () => JSON.parse(await machine.run(...agentCtl("-m", "ec2", "-a", "status")));

  await t.test("1.2, 1.3: fetch-config tells of its phases and starts the agent; the status is JSON", async () => {
    assert.deepEqual(await status(), {
      status: "stopped",
      starttime: "",
      configstatus: "not configured",
      version: "1.0.0",
    });
    const output = await machine.run(
      ...agentCtl("-a", "fetch-config", "-m", "ec2", "-s", "-c", `file:${HOME}/bin/config.json`),
    );
    assert.match(
      output,
      /Start configuration validation\.\.\.\n[\s\S]*Configuration validation first phase succeeded\nConfiguration validation second phase succeeded\nConfiguration validation succeeded/,
    );
    const running = await status();
    assert.deepEqual([running.status, running.configstatus, running.version], ["running", "configured", "1.0.0"]);
    assert.ok(Math.abs(Date.parse(running.starttime) - Date.now()) < 60_000, running.starttime);

    await machine.write(
      "/etc/wrong.json",
      '{"logs": {"logs_collected": {"files": {"collect_list": [{"file_path": 5}]}}}}',
    );
    const wrong = await machine.end(
      "",
      ...agentCtl("-a", "fetch-config", "-m", "ec2", "-s", "-c", "file:/etc/wrong.json"),
    );
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.errorOutput + wrong.output, /wrong\.json:1:\d+ .*file_path/);
    assert.deepEqual(await status(), running, "the agent goes on as it was");
  });

  await t.test("1.4, 1.5: four failed su are the end of the one stream, within a minute", async () => {
    for (let attempt = 0; attempt < 4; attempt++) await failToBecome(machine, "ec2-user", "dbdev");
    const failures = await eventually("four lines", async () => {
      try {
        const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: id }));
        const lines = events.map(({ message = "" }) => message).filter((line) => FAILURE.test(line));
        return lines.length === 4 && lines;
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    });
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }));
    assert.deepEqual(
      logStreams.map(({ logStreamName }) => logStreamName),
      [id],
    );
    // What section 2 counts.
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: id, limit: 50 }),
    );
    const { matches = [] } = await logs.send(
      new TestMetricFilterCommand({
        filterPattern: '"authentication failure"',
        logEventMessages: events.map(({ message = "" }) => message),
      }),
    );
    assert.deepEqual(
      matches.map(({ eventMessage }) => eventMessage),
      failures,
    );
  });
}
