import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  PutParameterCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
} from "@aws-sdk/client-ssm";
import { openHouse } from "../ssm-house.ts";

type House = Awaited<ReturnType<typeof openHouse>>;

async function hosts({ activate, register }: House, count: number) {
  const activation = await activate({ RegistrationLimit: count, Tags: [{ Key: "Group", Value: "all" }] });
  return Promise.all(Array.from({ length: count }, () => register(activation)));
}

const script = (more: Partial<SendCommandCommandInput> = {}) =>
  new SendCommandCommand({
    DocumentName: "AWS-RunShellScript",
    Parameters: { commands: ["uptime"] },
    Targets: [{ Key: "tag:Group", Values: ["all"] }],
    ...more,
  });

const stateOf = async ({ ssm }: House, CommandId: string) => {
  const { Commands = [] } = await ssm.send(new ListCommandsCommand({ CommandId }));
  const [one] = Commands;
  return [one?.Status, one?.StatusDetails, one?.CompletedCount, one?.ErrorCount];
};
const invocations = async ({ ssm }: House, CommandId: string) => {
  const { CommandInvocations = [] } = await ssm.send(new ListCommandInvocationsCommand({ CommandId }));
  return new Map(
    CommandInvocations.map(({ InstanceId, Status, StatusDetails }) => [InstanceId, `${Status}/${StatusDetails}`]),
  );
};

test("a command goes to its host, signed, and its output comes back", async (t) => {
  const house = await openHouse(t);
  const [host] = await hosts(house, 1);
  assert.ok(host);
  const { Command } = await house.ssm.send(script({ Comment: "load" }));
  const id = Command?.CommandId ?? "";
  assert.deepEqual(await stateOf(house, id), ["Pending", "Pending", 0, 0]);
  const { signed, messages } = await host.poll();
  assert.equal(signed, true);
  assert.deepEqual(messages, [
    {
      id,
      kind: "run",
      document: "AWS-RunShellScript",
      parameters: { commands: ["uptime"], workingDirectory: [""], executionTimeout: ["3600"] },
    },
  ]);
  await host.reply(id, "InProgress");
  assert.deepEqual(await stateOf(house, id), ["InProgress", "InProgress", 0, 0]);
  assert.deepEqual((await host.poll()).messages, [], "what has begun is not sent again");
  await host.reply(id, "Success", { ResponseCode: 0, Output: "up 3 days\n" });
  assert.deepEqual(await stateOf(house, id), ["Success", "Success", 1, 0]);
  const result = await house.ssm.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: host.id }));
  assert.deepEqual(
    [result.Status, result.ResponseCode, result.StandardOutputContent, result.PluginName, result.Comment],
    ["Success", 0, "up 3 days\n", "aws:runShellScript", "load"],
  );
  const { CommandInvocations } = await house.ssm.send(
    new ListCommandInvocationsCommand({ CommandId: id, Details: true }),
  );
  assert.equal(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output, "up 3 days\n");
});

test("a host that waits is told at once", async (t) => {
  const house = await openHouse(t);
  const [host] = await hosts(house, 1);
  assert.ok(host);
  const { assignmentsVersion } = await host.poll();
  const waiting = host.poll({ WaitSeconds: 20, AssignmentsVersion: assignmentsVersion });
  await house.ssm.send(script());
  assert.equal((await waiting).messages.length, 1);
});

test("not more hosts than MaxConcurrency work at once", async (t) => {
  const house = await openHouse(t);
  const all = await hosts(house, 4);
  const { Command } = await house.ssm.send(script({ MaxConcurrency: "50%" }));
  const id = Command?.CommandId ?? "";
  const fetch = async () => {
    const given = [];
    for (const host of all) if ((await host.poll()).messages.length > 0) given.push(host);
    return given;
  };
  const first = await fetch();
  assert.equal(first.length, 2);
  for (const host of first) await host.reply(id, "Success");
  const second = await fetch();
  assert.equal(second.length, 2);
  for (const host of second) await host.reply(id, "Success");
  assert.deepEqual(await stateOf(house, id), ["Success", "Success", 4, 0]);
});

test("more errors than MaxErrors end what has not begun", async (t) => {
  const house = await openHouse(t);
  const all = await hosts(house, 3);
  const { Command } = await house.ssm.send(script({ MaxConcurrency: "1", MaxErrors: "0" }));
  const id = Command?.CommandId ?? "";
  const [first] = all;
  assert.ok(first);
  await first.poll();
  await first.reply(id, "Failed", { ResponseCode: 7, ErrorOutput: "no such command" });
  const states = [...(await invocations(house, id)).values()].sort();
  assert.deepEqual(states, ["Cancelled/Terminated", "Cancelled/Terminated", "Failed/Failed"]);
  assert.deepEqual(await stateOf(house, id), ["Failed", "Failed", 3, 1]);
});

test("a command that no host fetched in time was not delivered", async (t) => {
  const house = await openHouse(t);
  await hosts(house, 1);
  const { Command } = await house.ssm.send(script({ TimeoutSeconds: 30 }));
  const id = Command?.CommandId ?? "";
  await house.clock.advance(25_000);
  assert.deepEqual(await stateOf(house, id), ["Pending", "Pending", 0, 0]);
  await house.clock.advance(10_000);
  assert.deepEqual(await stateOf(house, id), ["TimedOut", "DeliveryTimedOut", 1, 1]);
});

test("a host that never tells the end of a command has timed out", async (t) => {
  const house = await openHouse(t);
  const [host] = await hosts(house, 1);
  assert.ok(host);
  const { Command } = await house.ssm.send(
    script({ Parameters: { commands: ["sleep 99"], executionTimeout: ["30"] } }),
  );
  const id = Command?.CommandId ?? "";
  await host.poll();
  await host.reply(id, "InProgress");
  await house.clock.advance(80_000);
  assert.deepEqual(await stateOf(house, id), ["InProgress", "InProgress", 0, 0]);
  await house.clock.advance(20_000);
  assert.deepEqual(await stateOf(house, id), ["TimedOut", "ExecutionTimedOut", 1, 1]);
});

test("cancelling ends what has not begun, and tells hosts at work", async (t) => {
  const house = await openHouse(t);
  const [busy, idle] = await hosts(house, 2);
  assert.ok(busy && idle);
  const { Command } = await house.ssm.send(script());
  const id = Command?.CommandId ?? "";
  await busy.poll();
  await busy.reply(id, "InProgress");
  await house.ssm.send(new CancelCommandCommand({ CommandId: id }));
  assert.deepEqual(
    [...(await invocations(house, id))].sort(),
    [
      [busy.id, "Cancelling/Cancelling"],
      [idle.id, "Cancelled/Cancelled"],
    ].sort(),
  );
  assert.deepEqual((await busy.poll()).messages, [{ id, kind: "cancel" }]);
  assert.deepEqual((await idle.poll()).messages, []);
  await busy.reply(id, "Cancelled");
  assert.deepEqual(await stateOf(house, id), ["Cancelled", "Cancelled", 2, 0]);
});

test("a command that was fetched and not begun is sent again after half a minute", async (t) => {
  const house = await openHouse(t);
  const [host] = await hosts(house, 1);
  assert.ok(host);
  await house.ssm.send(script());
  assert.equal((await host.poll()).messages.length, 1);
  assert.equal((await host.poll()).messages.length, 0);
  await house.clock.advance(30_000);
  assert.equal((await host.poll()).messages.length, 1);
});

test("a target without hosts, hosts that are not there, and wrong parameters", async (t) => {
  const house = await openHouse(t);
  const { Command } = await house.ssm.send(script());
  assert.deepEqual([Command?.Status, Command?.StatusDetails, Command?.TargetCount], ["Success", "NoInstancesInTag", 0]);
  await assert.rejects(house.ssm.send(script({ Targets: undefined, InstanceIds: ["mi-00000000000000001"] })), {
    name: "InvalidInstanceId",
  });
  const refused = (more: Partial<SendCommandCommandInput>, name: string) =>
    assert.rejects(house.ssm.send(script(more)), { name });
  await refused({ Parameters: {} }, "InvalidParameters");
  await refused({ Parameters: { commands: ["x"], comands: ["y"] } }, "InvalidParameters");
  await refused({ Parameters: { commands: ["x"], executionTimeout: ["0"] } }, "InvalidParameters");
  await refused({ DocumentName: "AWS-RunDocument" }, "InvalidDocument");
  await refused({ DocumentVersion: "7" }, "InvalidDocumentVersion");
  await refused({ OutputS3BucketName: "bucket" }, "InvalidOutputFolder");
});

test("a host may read the configuration that a command names, as long as the command lasts", async (t) => {
  const house = await openHouse(t);
  const [host] = await hosts(house, 1);
  assert.ok(host);
  await house.ssm.send(new PutParameterCommand({ Name: "ConfigParamForEC2s", Type: "String", Value: "{}" }));
  const asHost = house.client({ accessKeyId: host.id, secretAccessKey: host.credential.secret });
  const read = () => asHost.send(new GetParameterCommand({ Name: "ConfigParamForEC2s" }));
  await assert.rejects(read(), { name: "AccessDeniedException" });
  const { Command } = await house.ssm.send(
    script({
      DocumentName: "AmazonCloudWatch-ManageAgent",
      Parameters: { optionalConfigurationLocation: ["ConfigParamForEC2s"] },
    }),
  );
  assert.equal((await read()).Parameter?.Value, "{}");
  await host.poll();
  await host.reply(Command?.CommandId ?? "", "Success");
  await assert.rejects(read(), { name: "AccessDeniedException" });
});
