import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  GetLogRecordCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { startEngine } from "@nephoscope/engine";
import { readSettings } from "./settings.ts";
import { type NephoscopeServer, startServer } from "./start.ts";

const quiet = () => {};

/** Removed at the very end: a test's own hooks run in the order they were made, and a server must close first. */
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function dataDirectory(): string {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-start-"));
  folders.push(folder);
  return folder;
}

async function start(t: TestContext, data: string, env: Record<string, string> = {}): Promise<NephoscopeServer> {
  const server = await startServer(
    readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0", ...env } }),
    { log: quiet },
  );
  t.after(() => server.close());
  return server;
}

const clientOf = (endpoint: string, key: { accessKeyId: string; secretAccessKey: string }) =>
  new CloudWatchLogsClient({ endpoint, region: "us-east-1", credentials: key, maxAttempts: 1 });

test("the first start makes one key, keeps it from others, and later starts do not show it again", async (t) => {
  const data = dataDirectory();
  const first = await start(t, data);
  const key = first.firstKey;
  assert.ok(key !== undefined);
  const file = join(data, "admin-key.json");
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), key);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await clientOf(first.endpoint, key).send(new CreateLogGroupCommand({ logGroupName: "kept" }));
  await first.close();

  const second = await start(t, data);
  assert.equal(second.firstKey, undefined);
  const groups = await clientOf(second.endpoint, key).send(new DescribeLogGroupsCommand({}));
  assert.deepEqual(
    groups.logGroups?.map((group) => group.logGroupName),
    ["kept"],
  );
});

test("a key from the settings is the administrator's, and who asks is told who they are", async (t) => {
  const credentials = { accessKeyId: "AKIAPRESETPRESET1234", secretAccessKey: "chosen-by-the-operator" };
  const server = await start(t, dataDirectory(), {
    NEPHOSCOPE_ADMIN_KEY_ID: credentials.accessKeyId,
    NEPHOSCOPE_ADMIN_SECRET: credentials.secretAccessKey,
    NEPHOSCOPE_ACCOUNT_ID: "210987654321",
  });
  assert.equal(server.firstKey, undefined);
  const sts = new STSClient({ endpoint: server.endpoint, region: "us-east-1", credentials });
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, "210987654321");
  assert.equal(identity.Arn, "arn:aws:iam::210987654321:user/administrator");
});

test("every call is recorded, also those that failed, and none with its secrets", async (t) => {
  const data = dataDirectory();
  const server = await start(t, data);
  assert.ok(server.firstKey !== undefined);
  const client = clientOf(server.endpoint, server.firstKey);
  await client.send(new CreateLogGroupCommand({ logGroupName: "audited", tags: { team: "a" } }));
  await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "aud" }));
  await assert.rejects(client.send(new GetLogRecordCommand({ logRecordPointer: "none" })));
  const stranger = clientOf(server.endpoint, { accessKeyId: "AKIANOBODYNOBODY1234", secretAccessKey: "x" });
  await assert.rejects(stranger.send(new DescribeLogGroupsCommand({})));
  await server.close();

  const engine = await startEngine({ dataDir: join(data, "engine"), database: "nephoscope", log: quiet });
  t.after(() => engine.close());
  const calls = await engine.client.objects<Record<string, unknown>>({
    sql: "SELECT event_name, event_source, error_code, user_name, account, read_only, request_parameters FROM calls ORDER BY event_time",
  });
  assert.deepEqual(
    calls.map((call) => [call.event_name, call.user_name, call.read_only, call.error_code]),
    [
      ["CreateLogGroup", "administrator", false, ""],
      ["DescribeLogGroups", "administrator", true, ""],
      ["GetLogRecord", "administrator", true, "InvalidParameterException"],
      ["DescribeLogGroups", "", true, "UnrecognizedClientException"],
    ],
  );
  assert.equal(calls[0]?.event_source, "logs.amazonaws.com");
  assert.deepEqual(JSON.parse(String(calls[0]?.request_parameters)), { logGroupName: "audited", tags: { team: "a" } });
  assert.ok(!JSON.stringify(calls).includes(server.firstKey.secretAccessKey));
});

test("the page at the endpoint is told to run nothing, whatever the browser says it is", async (t) => {
  const server = await start(t, dataDirectory());
  const answer = await fetch(server.endpoint);
  const body = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.ok(body.includes(`AWS_ENDPOINT_URL=${server.endpoint}`));
  assert.equal((await fetch(`${server.endpoint}/etc/passwd`)).status, 404);
});
