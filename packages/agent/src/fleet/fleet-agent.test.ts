import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListInventoryEntriesCommand,
  PutParameterCommand,
  SendCommandCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { eventually, fakeControl, openHouse, startAgent } from "./fleet-house.ts";
import { registerHost } from "./register.ts";

const finished = (ssm: SSMClient, CommandId: string, InstanceId: string) =>
  eventually(
    () => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId })),
    ({ Status }) => Status !== "Pending" && Status !== "InProgress" && Status !== "Cancelling",
  );

test("a host of the fleet, from its registration to the results of commands", async (t) => {
  const { folder, ssm, register, client } = await openHouse(t);
  const identity = await register({ Role: "web" });
  const permissionsFile = join(folder, "fleet.json");
  const { calls, control } = fakeControl();
  const agent = startAgent(t, {
    identity,
    home: join(folder, "agent"),
    stateFolder: join(folder, "agent", "fleet"),
    permissionsFile,
    control,
  });
  const { instanceId } = identity;

  const { InstanceInformationList = [] } = await eventually(
    () => ssm.send(new DescribeInstanceInformationCommand({})),
    ({ InstanceInformationList: list = [] }) => list[0]?.PingStatus === "Online" && list[0].PlatformName !== "",
  );
  assert.equal(InstanceInformationList[0]?.InstanceId, instanceId);
  const { Entries = [] } = await eventually(
    () => ssm.send(new ListInventoryEntriesCommand({ InstanceId: instanceId, TypeName: "Custom:Users" })),
    ({ Entries: list = [] }) => list.length > 0,
  );
  assert.ok(Entries.some(({ Name, UserId }) => Name === "root" && UserId === "0"));

  const run = async (DocumentName: string, Parameters: Record<string, string[]>) => {
    const { Command } = await ssm.send(
      new SendCommandCommand({ DocumentName, Parameters, Targets: [{ Key: "tag:Role", Values: ["web"] }] }),
    );
    return Command?.CommandId ?? "";
  };
  const result = async (id: string) => finished(ssm, id, instanceId);

  await t.test("a script does not run that the owner did not allow", async () => {
    const mark = join(folder, "ran");
    const refused = await result(await run("AWS-RunShellScript", { commands: [`touch ${mark}`] }));
    assert.deepEqual([refused.Status, refused.StatusDetails], ["Failed", "AccessDenied"]);
    assert.match(refused.StandardErrorContent ?? "", /not allowed on this machine/);
    await assert.rejects(import("node:fs/promises").then(({ access }) => access(mark)));
  });

  await t.test("the walkthrough: install, then a configuration from the parameter store", async () => {
    const installed = await result(
      await run("AWS-ConfigureAWSPackage", { action: ["Install"], name: ["AmazonCloudWatchAgent"] }),
    );
    assert.equal(installed.Status, "Success");
    const configuration = '{"logs":{"logs_collected":{"files":{"collect_list":[]}}}}';
    await ssm.send(new PutParameterCommand({ Name: "ConfigParamForEC2s", Type: "String", Value: configuration }));
    const managed = await result(
      await run("AmazonCloudWatch-ManageAgent", { optionalConfigurationLocation: ["ConfigParamForEC2s"] }),
    );
    assert.deepEqual([managed.Status, managed.StandardErrorContent], ["Success", ""]);
    assert.deepEqual(calls.at(-1), {
      action: "fetch",
      name: "ssm_ConfigParamForEC2s",
      text: configuration,
      restart: true,
    });
    const unknown = await result(await run("AWS-ConfigureAWSPackage", { action: ["Install"], name: ["Other"] }));
    assert.equal(unknown.Status, "Failed");
  });

  await t.test("scripts that the owner allowed: output, exit code, time-out, cancel", async () => {
    writeFileSync(permissionsFile, '{"shellScripts": true}');
    const ok = await result(await run("AWS-RunShellScript", { commands: ["echo out; echo err >&2"] }));
    assert.deepEqual([ok.StandardOutputContent, ok.StandardErrorContent, ok.ResponseCode], ["out\n", "err\n", 0]);
    const failed = await result(await run("AWS-RunShellScript", { commands: ["exit 7"] }));
    assert.deepEqual([failed.Status, failed.ResponseCode], ["Failed", 7]);
    const late = await result(await run("AWS-RunShellScript", { commands: ["sleep 30"], executionTimeout: ["1"] }));
    assert.deepEqual([late.Status, late.StatusDetails], ["TimedOut", "ExecutionTimedOut"]);
    const id = await run("AWS-RunShellScript", { commands: ["sleep 60"] });
    await eventually(
      () => ssm.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: instanceId })),
      ({ Status }) => Status === "InProgress",
    );
    await ssm.send(new CancelCommandCommand({ CommandId: id }));
    assert.equal((await result(id)).Status, "Cancelled");
  });

  await t.test("a database beside the agent: its logs are configured, and folders of others are not sent", async () => {
    const rds = new RDSClient(client);
    t.after(() => rds.destroy());
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "shop",
        DBInstanceClass: "db.host",
        Engine: "mariadb",
        Tags: [
          { Key: "nephoscope:host", Value: instanceId },
          { Key: "nephoscope:log:general", Value: "/etc/shadow" },
        ],
      }),
    );
    const available = () =>
      eventually(
        () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop" })),
        ({ DBInstances = [] }) => DBInstances[0]?.DBInstanceStatus === "available",
      );
    await available();
    const { DBInstance } = await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: "shop",
        ApplyImmediately: true,
        CloudwatchLogsExportConfiguration: { EnableLogTypes: ["error", "general"] },
      }),
    );
    assert.equal(DBInstance?.DBInstanceStatus, "configuring-log-exports");
    await available();
    const { action, name, text = "" } = calls.at(-1) ?? {};
    assert.deepEqual([action, name], ["append", "nephoscope-databases"]);
    assert.ok(text.includes('"/aws/rds/instance/shop/error"') && !text.includes("shadow"));
  });
  // Before the server goes: hooks run in the order they were made.
  await agent.end();
  assert.deepEqual(
    agent.logged.filter(({ level }) => level === "error"),
    [],
  );
});

test("a server that does not know the activation's code is not believed", async (t) => {
  const { server, activate } = await openHouse(t);
  const activation = await activate();
  const wrong = registerHost({
    ...activation,
    activationCode: "xxxxxxxxxxxxxxxxxxxx",
    endpoint: server.endpoint,
    region: "us-east-1",
    computerName: "x",
    idPrefix: "i",
    now: Date.now,
  });
  await assert.rejects(wrong, /InvalidSignatureException|signature/i);
});
