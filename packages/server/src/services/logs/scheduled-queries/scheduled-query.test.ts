import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  CreateScheduledQueryCommand,
  GetQueryResultsCommand,
  GetScheduledQueryCommand,
  GetScheduledQueryHistoryCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import { readSettings } from "../../../settings.ts";
import { startServer } from "../../../start.ts";

/** More than a query over one event ever needs: only one that never ends fails. */
const TRIES = 200;

test("a scheduled query runs by itself, and its results are read by the id in its history", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-scheduled-"));
  const start = Date.now();
  const clock = virtualClock(start);
  const env = { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" };
  const server = await startServer(readSettings({ env }), { clock, log: () => {} });
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  assert.ok(server.firstKey !== undefined);
  const options = { endpoint: server.endpoint, region: "us-east-1", credentials: server.firstKey, maxAttempts: 1 };
  const client = new CloudWatchLogsClient(options);
  const iam = new IAMClient(options);
  t.after(() => {
    client.destroy();
    iam.destroy();
  });
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "r",
      AssumeRolePolicyDocument: policy({
        Effect: "Allow",
        Principal: { Service: "logs.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "r",
      PolicyName: "p",
      PolicyDocument: policy({ Effect: "Allow", Action: "logs:StartQuery", Resource: "*" }),
    }),
  );

  await client.send(new CreateLogGroupCommand({ logGroupName: "g" }));
  await client.send(new CreateLogStreamCommand({ logGroupName: "g", logStreamName: "s" }));
  await client.send(
    new PutLogEventsCommand({
      logGroupName: "g",
      logStreamName: "s",
      logEvents: [{ timestamp: start - 1_000, message: "seen" }],
    }),
  );
  await client.send(
    new CreateScheduledQueryCommand({
      name: "every-minute",
      queryLanguage: "CWLI",
      queryString: "fields @message",
      logGroupIdentifiers: ["g"],
      scheduleExpression: "rate(1 minute)",
      executionRoleArn: Role?.Arn,
    }),
  );

  await clock.advance(65_000);
  const history = new GetScheduledQueryHistoryCommand({
    identifier: "every-minute",
    startTime: start,
    endTime: start + 65_000,
    executionStatuses: ["Complete"],
  });
  let runs = (await client.send(history)).triggerHistory ?? [];
  for (let tries = 1; runs.length === 0 && tries < TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    runs = (await client.send(history)).triggerHistory ?? [];
  }
  const [run, ...others] = runs;
  assert.deepEqual(others, []);
  assert.equal(run?.triggeredTimestamp, start + 60_000);

  const { results } = await client.send(new GetQueryResultsCommand({ queryId: run?.queryId }));
  assert.deepEqual(
    results?.map((row) => row.find(({ field }) => field === "@message")?.value),
    ["seen"],
  );
  const described = await client.send(new GetScheduledQueryCommand({ identifier: "every-minute" }));
  assert.equal(described.lastTriggeredTime, start + 60_000);
  assert.equal(described.lastExecutionStatus, "Complete");
});
