import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { DescribeExportTasksCommand, DescribeSubscriptionFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { assertAccessible } from "./axe.ts";
import { ACCOUNT, type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { accessLines, putLines } from "./sample.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(end) });
  await putLines(server, "AccessLogGroup", "i-1/http.log", accessLines(40));
});
after(async () => {
  for (const end of ends) await end();
});

const NOT_FOUND = "[host, ident, authuser, date, request, status=404, bytes]";

test(
  "a subscription is tried on stored lines, made, shown as a card, changed and deleted; events go to the queue",
  options,
  async (t) => {
    const sqs = new SQSClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "work" }));
    const { page, go, complaints } = await openPage(t, server);
    await go("/logs/groups/AccessLogGroup");
    await page.getByRole("tab", { name: "Subscriptions" }).click();
    await page.getByText("No subscriptions").waitFor();
    await page.getByRole("button", { name: "Create subscription" }).first().click();
    await page.getByRole("button", { name: "Create subscription" }).click();
    await page.getByText("The subscription needs a name.").waitFor();
    await page.getByLabel("Subscription name").fill("not-found");
    await page.getByLabel("Destination ARN").fill(`arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/s`);
    await page.getByText(/^Events go to an OpenSearch domain/).waitFor();
    await page.getByLabel("Destination ARN").fill(`arn:aws:sqs:${REGION}:${ACCOUNT}:work`);
    await page.getByRole("button", { name: /^Log format/ }).click();
    await page.getByRole("option", { name: /^Common Log Format/ }).click();
    assert.match(await page.getByLabel("Filter pattern").inputValue(), /^\[host, ident, authuser/);
    await page.getByLabel("Filter pattern").fill(NOT_FOUND);
    await page.getByRole("button", { name: "Test pattern" }).click();
    await page.getByText("8 of 40 events fit the pattern.").waitFor();
    await assertAccessible(page);
    await page.getByRole("button", { name: "Create subscription" }).click();
    await page.getByText("The subscription not-found was created.").waitFor();
    await page.getByText("Queue (SQS): work").waitFor();

    await putLines(server, "AccessLogGroup", "i-1/http.log", accessLines(10));
    const payload = await firstPayload(sqs, QueueUrl);
    assert.equal(payload.logGroup, "AccessLogGroup");
    assert.deepEqual(
      payload.logEvents.map(({ message }) => message.includes(" 404 ")),
      [true, true],
    );

    await page.getByRole("radio", { name: "Choose not-found" }).click();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByLabel("Filter pattern").fill("");
    await page.getByRole("button", { name: /^Log format/ }).click();
    await page.getByRole("option", { name: /^JSON/ }).click();
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("The subscription not-found was saved.").waitFor();
    const { subscriptionFilters = [] } = await server.logs.send(
      new DescribeSubscriptionFiltersCommand({ logGroupName: "AccessLogGroup" }),
    );
    assert.deepEqual(
      subscriptionFilters.map(({ filterPattern }) => filterPattern),
      [""],
    );
    await page.getByRole("radio", { name: "Choose not-found" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("No subscriptions").waitFor();
    assert.deepEqual(complaints, []);
  },
);

test("a destination that can not be reached is refused, with the reason, and the form stays", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/AccessLogGroup/subscriptions/create");
  await page.getByLabel("Subscription name").fill("lost");
  await page.getByLabel("Destination ARN").fill(`arn:aws:sqs:${REGION}:${ACCOUNT}:no-such-queue`);
  await page.getByRole("button", { name: "Create subscription" }).click();
  await page.getByText("A value is not valid").waitFor();
  assert.equal(await page.getByLabel("Subscription name").inputValue(), "lost");
});

test(
  "events are exported to a bucket once its policy lets the service in, and the task is listed",
  options,
  async (t) => {
    const s3 = new S3Client({ endpoint: server.endpoint, region: REGION, credentials: KEY, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "archive" }));
    const { page, go, complaints } = await openPage(t, server);
    await go("/logs/groups/AccessLogGroup?tab=exports");
    await page.getByText("No exports").waitFor();
    await page.getByRole("button", { name: "Export events" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Bucket", { exact: true }).fill("archive");
    await dialog.getByLabel("Prefix").fill("logs/access");
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    await dialog.getByText(/GetBucketAcl call on the given bucket failed/).waitFor();
    await dialog.getByRole("button", { name: "The bucket's policy must let the service write" }).click();
    await assertAccessible(page);
    const policy = (await dialog.getByRole("region", { name: "Policy" }).textContent()) ?? "";
    await s3.send(new PutBucketPolicyCommand({ Bucket: "archive", Policy: policy }));
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: "s3://archive/logs/access/" });
    await row.getByText("Completed", { exact: true }).waitFor();
    await assertAccessible(page);

    const { exportTasks = [] } = await server.logs.send(new DescribeExportTasksCommand({}));
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: "archive", Prefix: `logs/access/${exportTasks[0]?.taskId}/` }),
    );
    const [object] = Contents.filter(({ Key = "" }) => Key.endsWith(".gz"));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "archive", Key: object?.Key }));
    const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString("utf8");
    assert.ok(text.trimEnd().split("\n").length >= 40);
    assert.match(text, /^\d{4}-\d\d-\d\dT\S+Z 198\.51\.100\.\d+ - - \[/);
    // What the service refused at first is the one thing that the browser may complain of.
    assert.deepEqual(
      complaints.filter((each) => !each.includes("400")),
      [],
    );
  },
);

interface Payload {
  readonly messageType: string;
  readonly logGroup: string;
  readonly logEvents: readonly { readonly message: string }[];
}

/** What the first message with events holds; the one before it only tries the queue. */
async function firstPayload(sqs: SQSClient, QueueUrl: string | undefined): Promise<Payload> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }),
    );
    for (const { Body = "" } of Messages) {
      const payload: Payload = JSON.parse(gunzipSync(Buffer.from(Body, "base64")).toString("utf8"));
      if (payload.messageType === "DATA_MESSAGE") return payload;
    }
  }
}
