import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CloudWatchLogsClient, GetLogEventsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { makeDirectory, until } from "../files/collector-harness.ts";
import { openHouse, REGION } from "../fleet/fleet-house.ts";
import { Agent } from "./agent.ts";
import { collecting } from "./agent-harness.ts";
import { agentPaths } from "./settings.ts";
import { storeConfiguration } from "./stored-configurations.ts";

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

test("role_arn: the agent assumes the role of the configuration with a server's STS, and has its rights alone", async (t) => {
  const { server, client } = await openHouse(t);
  const iam = new IAMClient(client);
  t.after(() => iam.destroy());
  const { User } = await iam.send(new CreateUserCommand({ UserName: "host" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "host" }));
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "writer",
      AssumeRolePolicyDocument: policy({ Effect: "Allow", Principal: { AWS: User?.Arn }, Action: "sts:AssumeRole" }),
    }),
  );
  await iam.send(
    new PutUserPolicyCommand({
      UserName: "host",
      PolicyName: "assume",
      PolicyDocument: policy({ Effect: "Allow", Action: "sts:AssumeRole", Resource: Role?.Arn }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "writer",
      PolicyName: "write",
      PolicyDocument: policy({ Effect: "Allow", Action: "logs:*", Resource: "arn:aws:logs:*:*:log-group:allowed*" }),
    }),
  );
  const directory = makeDirectory(t);
  const paths = agentPaths(join(directory, "home"));
  const [allowed, forbidden] = [join(directory, "allowed.log"), join(directory, "forbidden.log")];
  writeFileSync(allowed, "one\ntwo\n");
  writeFileSync(forbidden, "three\n");
  const text = JSON.stringify({
    agent: { credentials: { role_arn: Role?.Arn } },
    ...collecting(
      { file_path: allowed, log_group_name: "allowed", log_stream_name: "s" },
      { file_path: forbidden, log_group_name: "other", log_stream_name: "s" },
    ),
  });
  storeConfiguration(paths.configurations, { name: "a.json", text }, "replace");
  const written: string[] = [];
  const agent = await Agent.start({
    paths,
    mode: "onPremise",
    env: {
      HOME: directory,
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey,
    },
    journal: { write: (_level, message) => void written.push(message) },
    now: Date.now,
  });
  t.after(() => agent.stop());
  const logs = new CloudWatchLogsClient(client);
  t.after(() => logs.destroy());
  const stored = async (group: string): Promise<readonly (string | undefined)[]> => {
    try {
      const { events = [] } = await logs.send(
        new GetLogEventsCommand({ logGroupName: group, logStreamName: "s", startFromHead: true }),
      );
      return events.map(({ message }) => message);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  };
  await until(
    () => agent.health.count("EventsSent") === 2 && written.some((line) => line.includes("AccessDenied")),
    () => written,
  );
  assert.deepEqual(await stored("allowed"), ["one", "two"]);
  assert.deepEqual(await stored("other"), []);
});
