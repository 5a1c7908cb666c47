import assert from "node:assert/strict";
import { test } from "node:test";
import { type House, makeStream, messagesOf, NOON_MS, openHouse, putInput } from "./house.ts";
import { killedAfter } from "./killed-server.ts";

const INVOCATION = "0f0c2a8f-6a0b-4a55-9a0f-8f1f6c9d0e22";
const MINUTE_MS = 60_000;

const errors = (count: number, at: number) =>
  Array.from({ length: count }, (_, i) => ({ timestamp: at - count + i, message: `ERROR ${i}` }));

const addFilter = (client: House["client"]) =>
  client.call("PutMetricFilter", {
    logGroupName: "app",
    filterName: "errors",
    filterPattern: "ERROR",
    metricTransformations: [{ metricName: "errors", metricNamespace: "App", metricValue: "1" }],
  });

async function openFiltered(t: Parameters<typeof openHouse>[0]): Promise<House> {
  const house = await openHouse(t);
  await makeStream(house.client, "app", "web");
  await addFilter(house.client);
  return house;
}

/** How many values the log groups' metrics have. */
async function values({ engine }: House): Promise<number> {
  const [row] = await engine.client.rows<[number]>({
    sql: "SELECT toUInt32(count()) FROM metric_samples WHERE log_group != 0",
  });
  return row?.[0] ?? 0;
}

test("a repeated call makes its metric values once", async (t) => {
  const house = await openFiltered(t);
  const input = putInput("app", "web", errors(50, NOON_MS));
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION });
  assert.equal(await values(house), 50);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt: 2 });
  assert.equal(await values(house), 50);
});

test("values whose events were never stored are gone after a restart, and come with the repeated call", async (t) => {
  const house = await openFiltered(t);
  const input = putInput("app", "web", errors(50, NOON_MS));
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION });
  // As if the server had died between the two inserts, for half of the call.
  await house.engine.client.command({
    sql: "ALTER TABLE events DELETE WHERE message IN (SELECT concat('ERROR ', toString(number)) FROM numbers(25))",
    settings: { mutations_sync: 1 },
  });
  await house.restart();
  assert.equal(await values(house), 25);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt: 2 });
  assert.equal((await messagesOf(house.client, "app")).length, 50);
  assert.equal(await values(house), 50);
});

test("values of deleted groups stay", async (t) => {
  const house = await openFiltered(t);
  await house.client.call("PutLogEvents", putInput("app", "web", errors(10, NOON_MS)));
  await house.client.call("DeleteLogGroup", { logGroupName: "app" });
  for (let i = 0; i < 4; i++) await house.clock.advance(MINUTE_MS);
  await house.restart();
  assert.equal(await values(house), 10);
});

test("after kill -9 every acknowledged event has its value and every value its event", async (t) => {
  let acknowledged = 0;
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web");
    await addFilter(client);
    const now = Date.now();
    const calls = Array.from({ length: 40 }, (_, i) =>
      client
        .call("PutLogEvents", putInput("app", "web", [{ timestamp: now - i, message: `ERROR ${i}` }]), { attempts: 1 })
        .then(() => {
          acknowledged += 1;
        })
        .catch(() => {}),
    );
    // Some are on their way when it ends.
    await Promise.race([Promise.all(calls.slice(0, 10)), new Promise((resolve) => setTimeout(resolve, 10_000))]);
  });
  const house = await openHouse(t, { data, startMs: Date.now() });
  const [row] = await house.engine.client.rows<[number, number, number]>({
    sql: `SELECT toUInt32(count()), toUInt32(countIf(put IN (SELECT put FROM metric_samples WHERE log_group != 0))),
        (SELECT toUInt32(countIf(put NOT IN (SELECT put FROM events))) FROM metric_samples WHERE log_group != 0)
      FROM events`,
  });
  assert.ok(row !== undefined);
  const [events, withValues, spare] = row;
  assert.ok(events >= acknowledged, `${events} events of ${acknowledged}`);
  assert.equal(withValues, events);
  assert.equal(spare, 0);
});
