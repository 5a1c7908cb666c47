import { PutRetentionPolicyCommand, PutSubscriptionFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { ACCOUNT, type ConsoleServer, type Ending, KEY, type OpenPage, type PageOptions, REGION } from "./browser.ts";
import { ssmClient, startHost } from "./fleet-data.ts";
import { accessLines, putLines } from "./sample.ts";

/** Takes a picture of a page once it shows what it should. */
type Shoot = (
  server: ConsoleServer,
  name: string,
  path: string,
  view: PageOptions,
  ready: (opened: OpenPage) => Promise<unknown>,
) => Promise<void>;

/** Pictures of the fleet, topics, the outbox, subscriptions and settings, with what is to be seen on them. */
export async function shootOperations(server: ConsoleServer, ending: Ending, shoot: Shoot): Promise<void> {
  const command = await load(server, ending);
  await shoot(server, "fleet", "/fleet/hosts", {}, ({ page }) => page.getByText("Online").first().waitFor());
  await shoot(server, "fleet-command", `/fleet/commands/${command}`, {}, ({ page }) =>
    page.getByRole("region", { name: "Standard output" }).waitFor(),
  );
  await shoot(server, "fleet-parameters", "/fleet/parameters", { dark: true }, ({ page }) =>
    page.getByText("ConfigParamForEC2s").waitFor(),
  );
  await shoot(server, "topics", "/topics/SecurityTeam", {}, ({ page }) => page.getByText("Pending").first().waitFor());
  await shoot(server, "outbox", "/outbox", {}, ({ page }) => page.getByText("Will be tried again").first().waitFor());
  await shoot(server, "settings", "/settings", { height: 900 }, ({ page }) =>
    page.getByText("Agents of this region").waitFor(),
  );
  await shoot(server, "settings-storage", "/settings?tab=storage", { dark: true }, async ({ page }) => {
    await page.getByRole("button", { name: "Count events" }).click();
    await page
      .getByRole("cell", { name: /^\d,\d{3}$/ })
      .first()
      .waitFor();
  });
  await shoot(server, "settings-narrow", "/settings", { width: 390, height: 1_100 }, ({ page }) =>
    page.getByText("Agents of this region").waitFor(),
  );
  await shoot(server, "subscriptions", "/logs/groups/AccessLogGroup?tab=subscriptions", {}, async ({ page }) => {
    // The server counts what was sent on, and stores the counts a little later.
    while ((await page.getByText(/^[1-9]\d* events$/).count()) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await page.reload();
      await page.getByText(/ events$/).waitFor();
    }
  });
}

/** Gives the id of a command that has run. */
async function load(server: ConsoleServer, ending: Ending): Promise<string> {
  const { endpoint, logs } = server;
  const client = { endpoint, region: REGION, credentials: KEY };
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: "SSHLogGroup", retentionInDays: 30 }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: "CloudTrailLogs", retentionInDays: 400 }));
  await new SQSClient(client).send(new CreateQueueCommand({ QueueName: "not-found" }));
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: "AccessLogGroup",
      filterName: "not found, for the web team",
      filterPattern: "[host, ident, authuser, date, request, status=404, bytes]",
      destinationArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:not-found`,
    }),
  );
  await putLines(server, "AccessLogGroup", "i-0web/http.log", accessLines(100));
  const kms = new KMSClient(client);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "Logs of the shop" }));
  await kms.send(new CreateAliasCommand({ AliasName: "alias/shop", TargetKeyId: KeyMetadata?.KeyId }));
  const sns = new SNSClient(client);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "SecurityTeam" }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ann@example.org" }));
  // A name that never resolves (RFC 2606).
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "https", Endpoint: "https://pager.invalid/alarms" }));
  await sns.send(new PublishCommand({ TopicArn, Subject: "A test", Message: "Does this arrive?" }));
  const tags = { MonitoringConfig: "BasicMixOSMonitoring" };
  const { id } = await startHost(ending, endpoint, { name: "web-1", tags: { ...tags, Role: "web" } });
  await startHost(ending, endpoint, { name: "db-1", tags: { ...tags, Role: "db" }, works: false });
  const ssm = ssmClient(endpoint);
  await ssm.send(
    new PutParameterCommand({
      Name: "ConfigParamForEC2s",
      Type: "String",
      Value: JSON.stringify({ agent: { metrics_collection_interval: 10 } }),
      Description: "What the agents collect",
    }),
  );
  await ssm.send(
    new PutParameterCommand({
      Name: "/shop/database/password",
      Type: "SecureString",
      Value: "open sesame",
      Description: "Of the application's user",
    }),
  );
  const { Command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [id],
      Parameters: { commands: ["echo Filesystem is 42 % full", "echo Web server answers"] },
    }),
  );
  return Command?.CommandId ?? "";
}
