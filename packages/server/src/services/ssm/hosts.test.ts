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
    agentCall(forged, "UpdateInstanceInformation", { AgentVersion: "1.0.0", ShellScripts: false }),
    /InvalidSignatureException/,
  );
  await ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: one.id }));
  await assert.rejects(one.heartbeat(), /UnrecognizedClientException/);
  await other.heartbeat();
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
