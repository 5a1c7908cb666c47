import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DeregisterManagedInstanceCommand,
  DescribeActivationsCommand,
  DescribeInstanceInformationCommand,
  GetInventoryCommand,
  GetParameterCommand,
  ListInventoryEntriesCommand,
  PutInventoryCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { newHostKeyPair } from "@nephoscope/wire/host-keys";
import { openHouse } from "./ssm-house.ts";

test("a host that proves an activation's code is registered, and knows the server by the proof", async (t) => {
  const { activate, register, ssm } = await openHouse(t);
  const host = await register(await activate({ DefaultInstanceName: "web", Tags: [{ Key: "Role", Value: "web" }] }));
  assert.match(host.id, /^mi-[0-9a-f]{17}$/);
  assert.equal(host.proven, true);
  await host.heartbeat({ Facts: { hostname: "web-1", platform: { type: "Linux", name: "Debian", version: "12" } } });
  const { InstanceInformationList } = await ssm.send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: "tag:Role", Values: ["web"] }] }),
  );
  const [shown] = InstanceInformationList ?? [];
  assert.deepEqual(
    [shown?.InstanceId, shown?.PingStatus, shown?.ComputerName, shown?.PlatformName, shown?.Name, shown?.ResourceType],
    [host.id, "Online", "web-1", "Debian", "web", "ManagedInstance"],
  );
});

test("an activation registers as many hosts as it may, and the same host once", async (t) => {
  const { activate, register, ssm } = await openHouse(t);
  const activation = await activate({ RegistrationLimit: 2 });
  const keys = newHostKeyPair();
  const first = await register(activation, { keys });
  const again = await register(activation, { keys });
  assert.equal(again.id, first.id);
  await register(activation);
  await assert.rejects(register(activation), /AccessDenied.*used 2 times/);
  const { ActivationList } = await ssm.send(new DescribeActivationsCommand({}));
  assert.equal(ActivationList?.[0]?.RegistrationsCount, 2);
});

test("hosts that register at once are not more than the activation allows", async (t) => {
  const { activate, register } = await openHouse(t);
  const activation = await activate({ RegistrationLimit: 3 });
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => register(activation)));
  assert.equal(all.filter(({ status }) => status === "fulfilled").length, 3);
});

test("an expired activation and a wrong code register nobody", async (t) => {
  const { activate, register, clock } = await openHouse(t);
  const activation = await activate();
  await assert.rejects(register({ ...activation, secret: "wrongwrongwrongwrong" }), /InvalidSignatureException/);
  await clock.advance(86_400_001);
  await assert.rejects(register(activation), /AccessDenied.*expired/);
});

test("a host's key signs for that host alone, and ends with its registration", async (t) => {
  const { activate, register, agentCall, ssm } = await openHouse(t);
  const activation = await activate({ RegistrationLimit: 2 });
  const [one, other] = [await register(activation), await register(activation)];
  const forged = { id: other.id, secret: one.credential.secret };
  await assert.rejects(
    agentCall(forged, "UpdateInstanceInformation", {
      Nonce: "0123456789abcdef",
      AgentVersion: "1.0.0",
      ShellScripts: false,
    }),
    /InvalidSignatureException/,
  );
  await ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: one.id }));
  await assert.rejects(one.heartbeat(), /UnrecognizedClientException/);
  await other.heartbeat();
});

test("a host that waits for news is sent away when it is deregistered, and what it has left to say is not taken", async (t) => {
  const { activate, register, ssm } = await openHouse(t);
  const host = await register(await activate());
  const { assignmentsVersion } = await host.poll();
  const waiting = assert.rejects(
    host.poll({ WaitSeconds: 20, AssignmentsVersion: assignmentsVersion }),
    /AccessDenied/,
  );
  await ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: host.id }));
  await waiting;
  await assert.rejects(host.heartbeat(), /UnrecognizedClientException/);
  await assert.rejects(host.reply("00000000-0000-7000-8000-000000000000", "Success"), /UnrecognizedClientException/);
  await assert.rejects(
    host.call("PutFlowRecords", { Nonce: "0123456789abcdef", Batches: [] }),
    /UnrecognizedClientException/,
  );
});

test("a message of a host is taken once, also when it is sent again with its signature", async (t) => {
  const { activate, register, clock, fleet } = await openHouse(t);
  fleet.flowRecords.deliverBy(async () => {});
  const activation = await activate({ RegistrationLimit: 2 });
  const [one, other] = [await register(activation), await register(activation)];
  const Nonce = "0123456789abcdef";
  const messages: readonly (readonly [operation: string, input: object])[] = [
    ["UpdateInstanceInformation", { Nonce, AgentVersion: "1.0.0", ShellScripts: true }],
    ["SendReply", { Nonce, MessageId: "00000000-0000-7000-8000-000000000000", Status: "Success" }],
    ["PutFlowRecords", { Nonce, Batches: [] }],
    ["GetMessages", { Nonce, AssignmentsVersion: "", WaitSeconds: 0 }],
  ];
  for (const [operation, input] of messages) {
    await one.call(operation, input);
    await assert.rejects(one.call(operation, input), /AccessDeniedException: This message was taken before/, operation);
    await other.call(operation, input);
  }
  // Half an hour later its old signature is worth nothing; a new one may say the same.
  await clock.advance(31 * 60_000);
  await one.heartbeat({ Nonce });
});

test("a host writes its own inventory only, and reads no parameter that it was not told to", async (t) => {
  const { activate, register, client, ssm } = await openHouse(t);
  const activation = await activate({ RegistrationLimit: 2 });
  const [one, other] = [await register(activation), await register(activation)];
  const asOne = client({ accessKeyId: one.id, secretAccessKey: one.credential.secret });
  const inventory = (InstanceId: string) =>
    new PutInventoryCommand({
      InstanceId,
      Items: [
        {
          TypeName: "AWS:Application",
          SchemaVersion: "1.1",
          CaptureTime: "2026-11-21T06:00:00Z",
          Content: [{ Name: "apache2", Version: "2.4.62" }],
        },
      ],
    });
  await asOne.send(inventory(one.id));
  await assert.rejects(asOne.send(inventory(other.id)), { name: "AccessDeniedException" });
  const { Entries } = await ssm.send(
    new ListInventoryEntriesCommand({ InstanceId: one.id, TypeName: "AWS:Application" }),
  );
  assert.deepEqual(Entries, [{ Name: "apache2", Version: "2.4.62" }]);
  const { Entities } = await ssm.send(
    new GetInventoryCommand({ Filters: [{ Key: "AWS:Application.Version", Values: ["2.4.70"], Type: "LessThan" }] }),
  );
  assert.deepEqual(
    Entities?.map(({ Id }) => Id),
    [one.id],
  );
  for (const Name of ["secret", "AmazonCloudWatch-linux"])
    await ssm.send(new PutParameterCommand({ Name, Value: "x", Type: "String" }));
  await assert.rejects(asOne.send(new GetParameterCommand({ Name: "secret" })), { name: "AccessDeniedException" });
  assert.equal((await asOne.send(new GetParameterCommand({ Name: "AmazonCloudWatch-linux" }))).Parameter?.Value, "x");
  await assert.rejects(
    asOne.send(new PutParameterCommand({ Name: "AmazonCloudWatch-linux", Value: "y", Overwrite: true })),
    {
      name: "AccessDeniedException",
    },
  );
});

test("a host that is silent for five minutes has lost its connection, also after a restart's flush", async (t) => {
  const { activate, register, clock, fleet } = await openHouse(t);
  const host = await register(await activate());
  await host.heartbeat();
  const scope = { account: "123456789012", region: "us-east-1" };
  assert.equal(fleet.isOnline(scope, host.id), true);
  await clock.advance(299_000);
  assert.equal(fleet.isOnline(scope, host.id), true);
  await clock.advance(1_000);
  assert.equal(fleet.isOnline(scope, host.id), false);
});
