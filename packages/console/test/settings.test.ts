import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { accessLines, writeLines } from "./insights-data.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(end) });
});
after(async () => {
  for (const end of ends) await end();
});

test("health tells of the server, of every part, of running queries and jobs", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/settings");
  const parts = page.getByRole("table", { name: "Parts" });
  for (const part of [
    "Engine (embedded)",
    "Disk of the data directory",
    "State and objects",
    "Outbox and mail",
    "Background jobs",
    "Record of calls",
    "Agents of this region",
  ]) {
    await parts.getByRole("rowheader", { name: part }).waitFor();
  }
  await parts.getByText("no mail server is set").waitFor();
  await page
    .getByText(/^ClickHouse \d+\.\d+/)
    .first()
    .waitFor();
  await page.getByText("No query runs now").waitFor();
  await page.getByRole("table", { name: "Tables of the engine" }).getByText("Records of API calls").waitFor();
  await page.getByLabel("Find jobs").fill("alarm-evaluation");
  await page
    .getByRole("table", { name: "Background jobs" })
    .getByRole("rowheader", { name: "alarm-evaluation" })
    .waitFor();
  await assertAccessible(page);
  assert.deepEqual(complaints, []);
});

test(
  "storage tells of each group, events are counted on request, and what never expires is given an end",
  options,
  async (t) => {
    const now = Date.now();
    await writeLines(server.logs, { group: "AccessLogGroup", stream: "i-1/http.log" }, accessLines(120), {
      endMs: now - 1_000,
      stepMs: 1_000,
    });
    await server.logs.send(new CreateLogGroupCommand({ logGroupName: "empty" }));
    await server.logs.send(new PutRetentionPolicyCommand({ logGroupName: "empty", retentionInDays: 7 }));
    const { page, go, complaints } = await openPage(t, server);
    await go("/settings?tab=storage");
    const groups = page.getByRole("table", { name: "Log groups by size" });
    await groups.getByRole("row").filter({ hasText: "AccessLogGroup" }).waitFor();
    await page.getByRole("button", { name: "Count events" }).click();
    await groups.getByRole("row").filter({ hasText: "AccessLogGroup" }).getByRole("cell", { name: "120" }).waitFor();
    await groups.getByRole("row").filter({ hasText: "empty" }).getByRole("cell", { name: "0", exact: true }).waitFor();
    await assertAccessible(page);

    await page.getByRole("table", { name: "Retention" }).getByRole("link", { name: "Never expire" }).click();
    const never = page.getByRole("table", { name: "Log groups: Never expire" });
    await never.getByRole("row").filter({ hasText: "empty" }).waitFor({ state: "detached" });
    await never.getByRole("checkbox", { name: "Choose AccessLogGroup" }).click();
    await page.getByRole("button", { name: "Edit retention" }).click();
    await page.getByRole("button", { name: /^Keep events/ }).click();
    await page.getByRole("option", { name: /^1 month/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("No log group has this retention").waitFor();
    const { logGroups = [] } = await server.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "Access" }));
    assert.equal(logGroups[0]?.retentionInDays, 30);
    assert.deepEqual(complaints, []);
  },
);

test("keys are listed with their state, access keys with their age", options, async (t) => {
  const client = { endpoint: server.endpoint, region: REGION, credentials: KEY };
  const kms = new KMSClient(client);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "Logs of the shop" }));
  await kms.send(new CreateAliasCommand({ AliasName: "alias/shop", TargetKeyId: KeyMetadata?.KeyId }));
  await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
  const iam = new IAMClient(client);
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
  const { page, go, complaints } = await openPage(t, server);
  await go("/settings?tab=keys");
  const key = page.getByRole("row").filter({ hasText: "alias/shop" });
  await key.getByText("Disabled").waitFor();
  await key.getByText(KeyMetadata?.KeyId ?? "").waitFor();
  await assertAccessible(page);
  await page.getByRole("tab", { name: "Access keys" }).click();
  const row = page.getByRole("row").filter({ hasText: AccessKey?.AccessKeyId ?? "" });
  await row.getByText("ann", { exact: true }).waitFor();
  await row.getByText("today").waitFor();
  await row.getByText("Never").waitFor();
  assert.match(page.url(), /tab=access-keys/);
  await assertAccessible(page);
  assert.deepEqual(complaints, []);
});
