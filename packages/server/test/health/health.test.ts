import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeliveryLists, KeptMailView, ServerHealth } from "../../src/services/health/views.ts";
import { openHouse } from "../forbidden/house.ts";

test("the server tells its operators how it is, and each account what of its own was not delivered", async (t) => {
  const house = await openHouse(t);
  const { client, admin, other, alice, topic } = house;
  const ask = async <T>(who: typeof admin, operation: string): Promise<T> => {
    const { code, text } = await client.call(who, "health", operation, {});
    assert.equal(code, "", text);
    const answer: T = JSON.parse(text);
    return answer;
  };

  const { Server } = await ask<{ Server: ServerHealth }>(admin, "DescribeServer");
  assert.equal(Server.NodeVersion, process.versions.node);
  assert.equal(Server.Engine.State, "up");
  assert.match(Server.Engine.Details?.Version ?? "", /^\d+\.\d+/);
  assert.ok((Server.Engine.Details?.MemoryBytes ?? 0) > 0);
  assert.ok(Server.Engine.Details?.Tables.some(({ Name, Rows }) => Name === "schema_migrations" && Rows > 0));
  assert.deepEqual(Server.Engine.Details?.Queries, []);
  assert.ok(Server.Disk.FreeBytes > 0 && Server.Disk.FreeBytes <= Server.Disk.TotalBytes);
  assert.deepEqual(
    Server.Stores.filter(({ Bytes }) => Bytes === 0),
    [],
  );
  assert.ok(Server.Jobs.some(({ Name }) => Name === "alarm-evaluation"));
  assert.deepEqual(Server.Outbox, { Waiting: 0, GivenUp: 0 });

  // A name that never resolves (RFC 2606).
  const webhook = { TopicArn: topic, Protocol: "https", Endpoint: "https://nowhere.invalid/x" };
  assert.equal((await client.call(admin, "sns", "Subscribe", webhook)).code, "");
  const mail = { TopicArn: topic, Protocol: "email", Endpoint: "ann@example.org" };
  assert.equal((await client.call(admin, "sns", "Subscribe", mail)).code, "");
  const deliveries = await eventually(
    () => ask<DeliveryLists>(admin, "ListDeliveries"),
    ({ Waiting, GivenUp }) => [...Waiting, ...GivenUp].some(({ LastError }) => LastError !== undefined),
  );
  const [delivery] = [...deliveries.Waiting, ...deliveries.GivenUp];
  assert.ok(delivery?.TargetArn.startsWith(`${topic}:`), JSON.stringify(delivery));
  assert.equal(delivery?.Kind, "sns-http");
  const { Mails } = await eventually(
    () => ask<{ Mails: KeptMailView[] }>(admin, "ListKeptMails"),
    (answer) => answer.Mails.length > 0,
  );
  assert.equal(Mails[0]?.To, "ann@example.org");
  assert.match(Mails[0]?.Text ?? "", /confirmation\.html/);

  assert.deepEqual(await ask<DeliveryLists>(other, "ListDeliveries"), { Waiting: [], GivenUp: [] });
  for (const operation of ["DescribeServer", "ListKeptMails"]) {
    const { code, text } = await client.call(other, "health", operation, {});
    assert.equal(code, "AccessDeniedException", text);
  }
  for (const operation of ["DescribeServer", "ListDeliveries", "ListKeptMails"]) {
    assert.equal((await client.call(alice, "health", operation, {})).code, "AccessDeniedException");
  }
});

async function eventually<T>(ask: () => Promise<T>, ready: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (ready(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
