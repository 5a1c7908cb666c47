import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GetCommandInvocationCommand, ListCommandsCommand, ListTagsForResourceCommand } from "@aws-sdk/client-ssm";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, noBrowser, openPage, startConsole } from "./browser.ts";
import { ssmClient, startHost } from "./fleet-data.ts";
import { HOSTILE } from "./sample.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
let online: string;
let silent: string;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  const ending = { after: (end: () => Promise<void>) => void ends.push(end) };
  server = await startConsole(ending);
  ({ id: online } = await startHost(ending, server.endpoint, {
    name: "web-1",
    tags: { Role: "web", CloudwatchAgentInstalled: "true" },
  }));
  ({ id: silent } = await startHost(ending, server.endpoint, { name: "db-1", tags: { Role: "db" }, works: false }));
});
after(async () => {
  // Agents first, then the server that they speak to.
  for (const end of ends.reverse()) await end();
});

test("hosts are listed with status and tags, searched, and opened with what they have", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/fleet/hosts");
  const row = page.getByRole("row").filter({ hasText: online });
  await row.getByText("Online").waitFor();
  await row.getByText("Role=web").waitFor();
  await page.getByRole("row").filter({ hasText: silent }).getByText("Never spoke").waitFor();
  await page.getByLabel("Find hosts").fill("role=web");
  await page.getByRole("row").filter({ hasText: silent }).waitFor({ state: "detached" });
  assert.match(page.url(), /filter=role/);
  await assertAccessible(page);
  await row.getByRole("link").click();
  await page.getByRole("columnheader", { name: "Version" }).waitFor();
  await page.getByRole("button", { name: /^Type/ }).click();
  await page.getByRole("option", { name: /Users/ }).click();
  await page.getByLabel("Find entries").fill("root");
  await page.getByRole("cell", { name: "/root" }).waitFor();
  await assertAccessible(page);

  await page.getByRole("tab", { name: "Tags" }).click();
  await page.getByRole("button", { name: "Edit tags" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add tag" }).click();
  await dialog.getByLabel("Key of tag 3").fill("MonitoringConfig");
  await dialog.getByLabel("Value of tag 3").fill("BasicMixOSMonitoring");
  await dialog.getByRole("button", { name: "Remove the tag Role" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "BasicMixOSMonitoring" }).waitFor();
  const { TagList = [] } = await ssmClient(server.endpoint).send(
    new ListTagsForResourceCommand({ ResourceType: "ManagedInstance", ResourceId: online }),
  );
  assert.deepEqual(TagList.map(({ Key }) => Key).sort(), ["CloudwatchAgentInstalled", "MonitoringConfig"]);
  assert.deepEqual(complaints, []);
});

test(
  "the walkthrough: the package is installed at the hosts with a tag, and the page tells success",
  options,
  async (t) => {
    const { page, go, complaints } = await openPage(t, server);
    await go("/fleet/run-command");
    await page.getByRole("button", { name: /^Command document/ }).click();
    await page.getByRole("option", { name: "AWS-ConfigureAWSPackage" }).click();
    await page.getByRole("button", { name: "action" }).click();
    await page.getByRole("option", { name: "Install", exact: true }).click();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("This has to be given.").waitFor();
    await page.getByLabel("name", { exact: true }).fill("AmazonCloudWatchAgent");
    await page.getByLabel("Key of tag 1").fill("CloudwatchAgentInstalled");
    await page.getByLabel("Value of tag 1").fill("true");
    await page.getByText(/^1 host: /).waitFor();
    await assertAccessible(page);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("1 of 1 done").waitFor();
    await page.getByText("Success").first().waitFor();
    await assertAccessible(page);
    await go("/fleet/commands");
    await page.getByRole("link", { name: /AWS-ConfigureAWSPackage/ }).waitFor();
    assert.deepEqual(complaints, []);
  },
);

test("a script's output is text whatever it holds, and a command that goes on is cancelled", options, async (t) => {
  const { page, go } = await openPage(t, server);
  const run = async (script: string) => {
    await go(`/fleet/run-command?document=AWS-RunShellScript&hosts=${online}`);
    await page.getByLabel("commands", { exact: true }).fill(script);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: `Output of ${online}` }).waitFor();
  };
  const plain = HOSTILE.replaceAll("\x00", "");
  await run(`printf '%s\\n' '${plain}'\necho wrong >&2\nexit 3`);
  await page.getByRole("region", { name: "Standard output" }).getByText("<b>bold</b>").waitFor();
  await page.getByRole("region", { name: "Standard error" }).getByText("wrong").waitFor();
  assert.notEqual(await page.title(), "1");
  assert.match((await page.getByRole("region", { name: "Standard output" }).textContent()) ?? "", /\\x1b\[31mred/);

  await run("sleep 60");
  await page.getByText("In progress").first().waitFor();
  await page.getByRole("button", { name: "Cancel command" }).click();
  await page.getByText("Cancelled").first().waitFor();
  const ssm = ssmClient(server.endpoint);
  const { Commands: [command] = [] } = await ssm.send(new ListCommandsCommand({}));
  const { Status } = await ssm.send(
    new GetCommandInvocationCommand({ CommandId: command?.CommandId ?? "", InstanceId: online }),
  );
  assert.equal(Status, "Cancelled");
});

test("an activation is made in the page, and its code shown once", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/fleet/hosts");
  await page.getByRole("button", { name: "Register hosts" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create activation" }).click();
  await page.getByText("The code is shown this once").waitFor();
  await page.getByText(/nephoscope host register --activation-id/).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("The code is shown this once").waitFor({ state: "detached" });
});
