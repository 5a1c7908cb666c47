import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { type NephoscopeServer, readSettings, startServer } from "@nephoscope/server";

const CREDENTIAL = { accessKeyId: "AKIASEALED0000000000", secretAccessKey: "the-secret-of-the-sealed-tests-000000000" };
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

/** A whole server with an embedded engine, spoken to by AWS's own clients. */
export interface House {
  readonly data: string;
  readonly logs: CloudWatchLogsClient;
  readonly kms: KMSClient;
  readonly enginePid: () => number;
  /** Ends the server as it should be, and starts it again. */
  restart(): Promise<void>;
  /** Ends it and leaves the data. */
  stop(): Promise<void>;
}

export async function openHouse(t: TestContext): Promise<House> {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-sealed-"));
  const settings = readSettings({
    flags: {
      data,
      listen: "127.0.0.1:0",
      "admin-key-id": CREDENTIAL.accessKeyId,
      "admin-secret": CREDENTIAL.secretAccessKey,
      "account-id": ACCOUNT,
    },
  });
  let server: NephoscopeServer | undefined;
  let logs: CloudWatchLogsClient;
  let kms: KMSClient;
  const start = async () => {
    server = await startServer(settings, { log: () => {} });
    const config = {
      endpoint: server.endpoint,
      region: REGION,
      credentials: CREDENTIAL,
      maxAttempts: 1,
      disableHostPrefix: true,
    };
    logs = new CloudWatchLogsClient(config);
    kms = new KMSClient(config);
  };
  const stop = async () => {
    logs.destroy();
    kms.destroy();
    await server?.close();
    server = undefined;
  };
  await start();
  t.after(async () => {
    await stop();
    rmSync(data, { recursive: true, force: true });
  });
  return {
    data,
    get logs() {
      return logs;
    },
    get kms() {
      return kms;
    },
    enginePid() {
      const pid = server?.enginePid();
      if (pid === undefined) throw new Error("there is no engine");
      return pid;
    },
    async restart() {
      await stop();
      await start();
    },
    stop,
  };
}

/** The account may do all, and the service what its guide asks for; `more` are further statements. */
export const keyPolicy = (account: string, ...more: object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
      {
        Effect: "Allow",
        Principal: { Service: `logs.${REGION}.amazonaws.com` },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${account}:*` } },
      },
      ...more,
    ],
  });

/** A key that log groups may use. */
export async function makeKey({ kms }: House): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: keyPolicy(ACCOUNT) }));
  return KeyMetadata?.Arn ?? "";
}

export async function makeGroup({ logs }: House, logGroupName: string, kmsKeyId?: string): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName, ...(kmsKeyId !== undefined && { kmsKeyId }) }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
}

export async function put({ logs }: House, logGroupName: string, ...messages: string[]): Promise<void> {
  const timestamp = Date.now();
  await logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: "s",
      logEvents: messages.map((message, i) => ({ timestamp: timestamp + i, message })),
    }),
  );
}

export async function messagesOf({ logs }: House, logGroupName: string, filterPattern?: string): Promise<string[]> {
  const page = await logs.send(
    new FilterLogEventsCommand({ logGroupName, ...(filterPattern !== undefined && { filterPattern }) }),
  );
  return (page.events ?? []).map(({ message = "" }) => message);
}

/** Runs a query over the last hour and gives its rows as objects. */
export async function query(
  { logs }: House,
  logGroupNames: readonly string[],
  queryString: string,
): Promise<{ id: string; rows: Record<string, string>[] }> {
  const now = Math.ceil(Date.now() / 1_000);
  const { queryId: id = "" } = await logs.send(
    new StartQueryCommand({
      logGroupNames: [...logGroupNames],
      startTime: now - 3_600,
      endTime: now + 3_600,
      queryString,
    }),
  );
  return { id, rows: await resultsOf({ logs }, id) };
}

export async function resultsOf({ logs }: Pick<House, "logs">, queryId: string): Promise<Record<string, string>[]> {
  for (;;) {
    const { status, results = [] } = await logs.send(new GetQueryResultsCommand({ queryId }));
    if (status === "Running" || status === "Scheduled") continue;
    if (status !== "Complete") throw new Error(`the query is ${status}`);
    return results.map((row) => Object.fromEntries(row.map(({ field = "", value = "" }) => [field, value])));
  }
}

/** Files of a folder that hold a text as it is. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
