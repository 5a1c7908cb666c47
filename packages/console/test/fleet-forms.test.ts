import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetParameterCommand, ListTagsForResourceCommand } from "@aws-sdk/client-ssm";
import { assertAccessible } from "./axe.ts";
import { ACCOUNT, type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { ssmClient, startHost } from "./fleet-data.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
const ends: (() => Promise<void>)[] = [];
const ending = { after: (end: () => Promise<void>) => void ends.push(end) };
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole(ending);
  await startHost(ending, server.endpoint, { name: "web-1", tags: { MonitoringConfig: "BasicMixOSMonitoring" } });
  await server.logs.send(new CreateLogGroupCommand({ logGroupName: "VPCFlowLogGroup" }));
  const iam = new IAMClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
  const trust = (service: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" },
    });
  for (const [RoleName, service] of [
    ["VPCFlowLogsRole", "vpc-flow-logs.amazonaws.com"],
    ["Stranger", "lambda.amazonaws.com"],
  ] as const) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(service) }));
    const Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:Describe*"];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "publish",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action, Resource: "*" },
        }),
      }),
    );
  }
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** An agent's configuration. */
const CONFIGURATION = JSON.stringify({ agent: { metrics_collection_interval: 10 }, logs: { logs_collected: {} } });

for (const { width, dark } of [
  { width: 1280, dark: false },
  { width: 390, dark: true },
]) {
  const view = `${width} pixels, ${dark ? "dark" : "light"}`;

  test(
    `a parameter is made, gets a version, tags, and is deleted once the word is typed: ${view}`,
    options,
    async (t) => {
      const name = `ConfigParamForEC2s-${width}`;
      const { page, go, complaints } = await openPage(t, server, { width, dark });
      await go("/fleet/parameters");
      const dialog = page.getByRole("dialog");
      await page.getByRole("button", { name: "Create parameter" }).first().click();
      await dialog.getByLabel("Name").fill("not a name!");
      await dialog.getByLabel("Value").fill(CONFIGURATION);
      assert.equal(await dialog.getByRole("button", { name: "Create", exact: true }).isDisabled(), true);
      await dialog.getByLabel("Name").fill(name);
      await assertAccessible(page);
      await dialog.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await page.getByRole("region", { name: "Value" }).getByText("metrics_collection_interval").waitFor();

      await page.getByRole("button", { name: "New version" }).click();
      assert.equal(await dialog.getByLabel("Value").inputValue(), CONFIGURATION);
      await dialog.getByLabel("Value").fill("{}");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { name: "Value of version 2" }).waitFor();
      await page.getByRole("radio", { name: "Choose 1" }).click();
      await page.getByRole("region", { name: "Value" }).getByText("metrics_collection_interval").waitFor();

      await page.getByRole("tab", { name: "Tags" }).click();
      await page.getByRole("button", { name: "Edit tags" }).click();
      await dialog.getByRole("button", { name: "Add tag" }).click();
      await dialog.getByLabel("Key of tag 1").fill("team");
      await dialog.getByLabel("Value of tag 1").fill("web");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("cell", { name: "web" }).waitFor();
      const ssm = ssmClient(server.endpoint);
      const tags = await ssm.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: name }));
      assert.deepEqual(tags.TagList, [{ Key: "team", Value: "web" }]);

      await page.getByRole("button", { name: "Delete" }).click();
      const remove = dialog.getByRole("button", { name: "Delete", exact: true });
      assert.equal(await remove.isDisabled(), true);
      await dialog.getByLabel("To confirm, type delete").fill("delete");
      await remove.click();
      await page.getByText(`${name} was deleted.`).waitFor();
      await assert.rejects(ssm.send(new GetParameterCommand({ Name: name })), { name: "ParameterNotFound" });
      assert.deepEqual(complaints, []);
    },
  );

  test(`a secret is sent hidden, and shown when somebody asks: ${view}`, options, async (t) => {
    const name = `/shop/password-${width}`;
    const { page, go, complaints } = await openPage(t, server, { width, dark });
    await go("/fleet/parameters");
    await page.getByRole("button", { name: "Create parameter" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByText("SecureString", { exact: true }).click();
    await dialog.getByLabel("Value").fill("open <b>sesame</b>");
    assert.equal(await dialog.getByLabel("Value").getAttribute("type"), "password");
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("button", { name: "Show value" }).waitFor();
    assert.equal(await page.getByText("sesame").count(), 0);
    await page.getByRole("button", { name: "Show value" }).click();
    await page.getByRole("region", { name: "Value" }).getByText("open <b>sesame</b>").waitFor();
    await assertAccessible(page);
    await page.getByRole("button", { name: "Hide" }).click();
    assert.equal(await page.getByText("sesame").count(), 0);
    assert.deepEqual(complaints, []);
  });

  test(
    `the walkthrough: subnets are recorded into a log group by a role that may, and not any more: ${view}`,
    options,
    async (t) => {
      const { page, go, complaints } = await openPage(t, server, { width, dark });
      await go("/networks?filter=subnet");
      const dialog = page.getByRole("dialog");
      await page
        .getByRole("checkbox", { name: /^Choose subnet-/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Create flow log" }).click();
      await dialog.getByLabel("Destination log group").fill("VPCFlowLogGroup");
      await page.keyboard.press("Escape");
      await dialog.getByLabel("IAM role").fill(`arn:aws:iam::${ACCOUNT}:role/Stranger`);
      await dialog.getByRole("button", { name: "Create", exact: true }).click();
      await dialog.getByText(/Unable to assume given IAM role/).waitFor();
      await assertAccessible(page);
      await dialog.getByLabel("IAM role").fill(`arn:aws:iam::${ACCOUNT}:role/VPCFlowLogsRole`);
      await dialog.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByText("The flow log was created.").waitFor();

      await go("/flow-logs");
      await page.getByRole("checkbox", { name: /^Choose fl-/ }).click();
      await page.getByRole("link", { name: "VPCFlowLogGroup" }).waitFor();
      await page.getByRole("button", { name: "Delete" }).click();
      await dialog.getByLabel("To confirm, type delete").fill("delete");
      await dialog.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByText("No flow logs").waitFor();
      // What was refused at first is the one thing that the browser may complain of.
      assert.deepEqual(
        complaints.filter((each) => !each.includes("400")),
        [],
      );
    },
  );

  test(`a host is taken out of the fleet once the word is typed: ${view}`, options, async (t) => {
    const { id } = await startHost(t, server.endpoint, { name: `old-${width}`, tags: {}, works: false });
    const { page, go, complaints } = await openPage(t, server, { width, dark });
    await go(`/fleet/hosts/${id}`);
    await page.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Deregister host" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("To confirm, type deregister").fill("deregister");
    await dialog.getByRole("button", { name: "Deregister" }).click();
    await page.getByText(`old-${width} was deregistered.`).waitFor();
    await page.getByRole("row").filter({ hasText: id }).waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
  });

  test(
    `the walkthrough: agents are told by a tag which parameter is their configuration: ${view}`,
    options,
    async (t) => {
      const { page, go, complaints } = await openPage(t, server, { width, dark });
      await go("/fleet/run-command?document=AmazonCloudWatch-ManageAgent");
      await page.getByLabel("optionalConfigurationLocation").fill("ConfigParamForEC2s");
      await page.getByLabel("Key of tag 1").fill("MonitoringConfig");
      await page.getByLabel("Value of tag 1").fill("BasicMixOSMonitoring");
      await page.getByText(/^1 host: /).waitFor();
      await assertAccessible(page);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText("1 of 1 done").waitFor();
      assert.deepEqual(complaints, []);
    },
  );
}
