import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateTagsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ListCommandInvocationsCommand, PutParameterCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { controlCommand } from "./agent-control.ts";
import { eventually, openHouse, startAgent } from "./fleet-house.ts";
import { writeHostIdentity } from "./host-identity.ts";

/** The configuration of a fleet of several systems, as people write it: one for all hosts. */
const configuration = (folder: string) =>
  JSON.stringify({
    agent: { metrics_collection_interval: 10 },
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            {
              file_path: `${folder}/error_log`,
              log_stream_name: "{instance_id}/httpErr.log",
              log_group_name: "AccessLogGroup",
              timezone: "Local",
            },
            {
              file_path: `${folder}/access_log`,
              log_group_name: "AccessLogGroup",
              log_stream_name: "{instance_id}/http.log",
              timezone: "Local",
            },
            {
              file_path: "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\*.log",
              log_group_name: "IISLogGroup",
              log_stream_name: "{instance_id}/http.log",
            },
          ],
        },
      },
    },
  });

test("the agent is installed and configured from the centre, by documents and tags, and its logs arrive", async (t) => {
  const house = await openHouse(t);
  const [logs, ec2] = [new CloudWatchLogsClient(house.client), new EC2Client(house.client)];
  t.after(() => {
    logs.destroy();
    ec2.destroy();
  });
  const identity = await house.register();
  const home = join(house.folder, "agent");
  await writeHostIdentity(join(home, "etc", "registration.json"), identity);
  const agent = startAgent(t, {
    identity,
    home,
    stateFolder: join(home, "state", "fleet"),
    permissionsFile: join(home, "etc", "fleet.json"),
  });
  t.after(() => controlCommand(home, "auto").run("stop"));
  const files = join(house.folder, "httpd");
  mkdirSync(files);
  for (const name of ["access_log", "error_log"]) writeFileSync(join(files, name), "");

  await ec2.send(
    new CreateTagsCommand({
      Resources: [identity.instanceId],
      Tags: [
        { Key: "CloudwatchAgentInstalled", Value: "true" },
        { Key: "MonitoringConfig", Value: "BasicMixOSMonitoring" },
      ],
    }),
  );
  const run = async (DocumentName: string, tag: string, value: string, Parameters: Record<string, string[]>) => {
    const { Command } = await house.ssm.send(
      new SendCommandCommand({ DocumentName, Parameters, Targets: [{ Key: `tag:${tag}`, Values: [value] }] }),
    );
    const CommandId = Command?.CommandId ?? "";
    const { CommandInvocations = [] } = await eventually(
      () => house.ssm.send(new ListCommandInvocationsCommand({ CommandId, Details: true })),
      ({ CommandInvocations: list = [] }) =>
        list.length === 1 && !["Pending", "InProgress"].includes(list[0]?.Status ?? ""),
      60,
    );
    return CommandInvocations[0];
  };
  const installed = await run("AWS-ConfigureAWSPackage", "CloudwatchAgentInstalled", "true", {
    action: ["Install"],
    name: ["AmazonCloudWatchAgent"],
  });
  assert.equal(installed?.Status, "Success");
  await house.ssm.send(
    new PutParameterCommand({ Name: "ConfigParamForEC2s", Type: "String", Value: configuration(files) }),
  );
  const managed = await run("AmazonCloudWatch-ManageAgent", "MonitoringConfig", "BasicMixOSMonitoring", {
    optionalConfigurationLocation: ["ConfigParamForEC2s"],
  });
  const output = managed?.CommandPlugins?.[0]?.Output ?? "";
  assert.equal(managed?.Status, "Success", output);
  assert.match(output, /Configuration validation succeeded/);

  const line = '10.77.1.1 - - [21/Nov/2026:06:00:00 +0000] "GET /missing HTTP/1.1" 404 196';
  appendFileSync(join(files, "access_log"), `${line}\n`);
  const { events = [] } = await eventually(
    async () => {
      try {
        return await logs.send(new FilterLogEventsCommand({ logGroupName: "AccessLogGroup", filterPattern: '"404"' }));
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return { events: [] };
        throw error;
      }
    },
    ({ events: list = [] }) => list.length > 0,
  );
  assert.deepEqual(
    events.map(({ message, logStreamName }) => [message, logStreamName]),
    [[line, `${identity.instanceId}/http.log`]],
  );
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  assert.ok(
    !logGroups.some(({ logGroupName }) => logGroupName === "IISLogGroup"),
    "what is another system's is left out",
  );

  // A configuration with errors leaves the one in force as it is, and the centre is told why.
  await house.ssm.send(
    new PutParameterCommand({ Name: "ConfigParamForEC2s", Value: '{"logs": {"logs_collected": 5}}', Overwrite: true }),
  );
  const refused = await run("AmazonCloudWatch-ManageAgent", "MonitoringConfig", "BasicMixOSMonitoring", {
    optionalConfigurationLocation: ["ConfigParamForEC2s"],
  });
  assert.equal(refused?.Status, "Failed");
  appendFileSync(join(files, "access_log"), `${line.replace("404", "403")}\n`);
  await eventually(
    () => logs.send(new FilterLogEventsCommand({ logGroupName: "AccessLogGroup", filterPattern: '"403"' })),
    ({ events: list = [] }) => list.length === 1,
  );
  await agent.end();
  await controlCommand(home, "auto").run("stop");
});
