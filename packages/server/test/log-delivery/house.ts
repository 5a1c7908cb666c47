import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import * as Logs from "@aws-sdk/client-cloudwatch-logs";
import * as S3 from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readSettings, startServer } from "@nephoscope/server";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
export const CREDENTIAL = { accessKeyId: "AKIALOGDELIVERY00000", secret: "the-secret-of-the-log-delivery-tests-00" };

/** Clients of a server at this address. */
export function clientsOf(endpoint: string) {
  const config = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.secret },
    // A refusal by a quota is tried again otherwise.
    maxAttempts: 1,
  };
  const logs = new Logs.CloudWatchLogsClient(config);
  const s3 = new S3.S3Client({ ...config, forcePathStyle: true });
  const sqs = new SQSClient(config);
  const close = () => {
    for (const client of [logs, s3, sqs]) client.destroy();
  };
  return { logs, s3, sqs, close };
}

/** A whole server in this process, with an engine of its own. */
export async function openHouse(t: TestContext, flags: Readonly<Record<string, string>> = {}) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-log-delivery-"));
  const logged: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const settings = readSettings({
    flags: {
      data,
      listen: "127.0.0.1:0",
      "admin-key-id": CREDENTIAL.accessKeyId,
      "admin-secret": CREDENTIAL.secret,
      ...flags,
    },
  });
  const server = await startServer(settings, {
    log: (level, message, fields = {}) => void logged.push({ level, message, fields }),
  });
  const { close, ...clients } = clientsOf(server.endpoint);
  t.after(async () => {
    close();
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  return { ...clients, endpoint: server.endpoint, data, logged };
}

export type Clients = Omit<ReturnType<typeof clientsOf>, "close">;

/** Asks again until it is so, no longer than a minute; then what the last complaint was. */
export async function eventually<T>(check: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await check();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error("not so after a minute");
    await pause(50);
  }
}

export async function makeGroup({ logs }: Pick<Clients, "logs">, logGroupName: string, ...streams: string[]) {
  await logs.send(new Logs.CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of streams)
    await logs.send(new Logs.CreateLogStreamCommand({ logGroupName, logStreamName }));
}

export async function put(
  { logs }: Pick<Clients, "logs">,
  logGroupName: string,
  logStreamName: string,
  ...messages: readonly string[]
) {
  const timestamp = Date.now();
  const logEvents = messages.map((message) => ({ timestamp, message }));
  await logs.send(new Logs.PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

/** A bucket whose policy lets CloudWatch Logs export, as the user guide writes it. */
export async function makeBucket({ s3 }: Pick<Clients, "s3">, Bucket: string) {
  await s3.send(new S3.CreateBucketCommand({ Bucket }));
  const Principal = { Service: `logs.${REGION}.amazonaws.com` };
  const StringEquals = { "aws:SourceAccount": [ACCOUNT] };
  const ArnLike = { "aws:SourceArn": [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*`] };
  const statement = (Action: string, Resource: string) => ({
    Effect: "Allow",
    Principal,
    Action,
    Resource,
    Condition: { StringEquals, ArnLike },
  });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      statement("s3:GetBucketAcl", `arn:aws:s3:::${Bucket}`),
      statement("s3:PutObject", `arn:aws:s3:::${Bucket}/*`),
    ],
  });
  await s3.send(new S3.PutBucketPolicyCommand({ Bucket, Policy }));
}

/** The texts of a bucket's objects by key, decompressed where the name says so. */
export async function textsIn({ s3 }: Pick<Clients, "s3">, Bucket: string, Prefix = "") {
  const { Contents = [] } = await s3.send(new S3.ListObjectsV2Command({ Bucket, Prefix }));
  const texts: Record<string, string> = {};
  for (const { Key = "" } of Contents) {
    const { Body } = await s3.send(new S3.GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    texts[Key] = (Key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  }
  return texts;
}

/** Waits for the end of an export task. */
export function ended({ logs }: Pick<Clients, "logs">, taskId: string | undefined): Promise<Logs.ExportTask> {
  return eventually(async () => {
    const { exportTasks: [task] = [] } = await logs.send(new Logs.DescribeExportTasksCommand({ taskId }));
    return task?.executionInfo?.completionTime === undefined ? undefined : task;
  });
}
