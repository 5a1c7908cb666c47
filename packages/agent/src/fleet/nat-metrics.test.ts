import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../flows/connection.ts";
import { NatMetrics } from "./nat-metrics.ts";

/** A translated connection: answers go to another address than it came from. */
const CONNECTION: Connection = {
  key: "1",
  protocol: 6,
  age: undefined,
  original: {
    source: "10.0.0.2",
    destination: "192.0.2.9",
    sourcePort: 4,
    destinationPort: 80,
    packets: 3,
    bytes: 300,
  },
  reply: { source: "192.0.2.9", destination: "192.0.2.1", sourcePort: 80, destinationPort: 4, packets: 2, bytes: 100 },
};

function house() {
  const sent: { at: number; bytes: number }[] = [];
  let away = false;
  let now = 1_795_210_000_000;
  let given = 0;
  const metrics = new NatMetrics({
    id: "nat-00000000000000001",
    now: () => now,
    lost: () => given++,
    client: {
      async call(_operation, body) {
        if (away) throw new Error("away");
        const { MetricData } = JSON.parse(String(body));
        const out = MetricData.find(({ MetricName }: { MetricName: string }) => MetricName === "BytesOutToDestination");
        sent.push({ at: out.Timestamp, bytes: out.Value });
        return {};
      },
    },
  });
  const carry = (bytes: number) =>
    metrics.meter.take({
      connection: CONNECTION,
      original: { packets: 1, bytes },
      reply: { packets: 0, bytes: 0 },
      isNew: false,
    });
  return {
    metrics,
    sent,
    carry,
    given: () => given,
    goAway: (gone: boolean) => {
      away = gone;
    },
    minute: () => {
      now += 60_000;
    },
  };
}

test("what a server that was away did not get is sent later, each minute under its own time", async () => {
  const { metrics, sent, carry, goAway, minute } = house();
  carry(100);
  goAway(true);
  await assert.rejects(metrics.send(0), /away/);
  minute();
  carry(7);
  await assert.rejects(metrics.send(0), /away/);
  goAway(false);
  minute();
  await metrics.send(0);
  assert.deepEqual(sent, [
    { at: 1_795_210_000, bytes: 100 },
    { at: 1_795_210_060, bytes: 7 },
    { at: 1_795_210_120, bytes: 0 },
  ]);
});

test("of a server that stays away the newest three hours are kept, and what is given up is told", async () => {
  const { metrics, sent, carry, goAway, minute, given } = house();
  goAway(true);
  for (let at = 0; at < 182; at++) {
    carry(at);
    await assert.rejects(metrics.send(0));
    minute();
  }
  goAway(false);
  await metrics.send(0);
  assert.deepEqual([sent.length, sent[0]?.bytes, given()], [180, 3, 3]);
});
