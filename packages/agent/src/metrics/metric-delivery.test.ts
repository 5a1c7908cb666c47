import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AwsError } from "../aws/aws-error.ts";
import type { AwsClient } from "../aws/client.ts";
import { Gate } from "../delivery/gate.ts";
import { Spool } from "../delivery/spool.ts";
import { Health } from "../health/health.ts";
import { MetricDelivery } from "./metric-delivery.ts";

/** A delivery to a service that answers as it is told, and what it took. */
function house(t: TestContext, refuses: (body: string) => boolean) {
  const directory = mkdtempSync(join(tmpdir(), "nephoscope-metrics-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const taken: string[] = [];
  const client: Pick<AwsClient, "call" | "close"> = {
    async call(_operation, body) {
      const text = Buffer.concat([body].flat().map((part) => Buffer.from(part))).toString();
      if (refuses(text)) throw new AwsError("AccessDeniedException", "its role can allow others", 400);
      const { Namespace, MetricData } = JSON.parse(text);
      for (const { MetricName, Dimensions } of MetricData)
        taken.push([Namespace, MetricName, ...Dimensions.map(({ Value }: { Value: string }) => Value)].join(" "));
      return {};
    },
    close: () => {},
  };
  const health = new Health();
  const journal = { write: () => {} };
  const now = () => 1_795_210_000_000;
  const delivery = new MetricDelivery({
    client,
    spool: new Spool({ directory, maxBytes: 1e6, whenFull: "wait", health, journal }),
    gate: new Gate(now, () => 0),
    health,
    journal,
    now,
    flushInterval: 3_600_000,
  });
  const add = (name: string, dimensions: Record<string, string>) =>
    delivery.add({
      namespace: "Fleet/Linux",
      name,
      dimensions: new Map(Object.entries(dimensions)),
      value: 1,
      unit: undefined,
      at: now(),
      resolution: 60_000,
    });
  return { delivery, add, taken, health };
}

test("sums over hosts that a host may not write are given up, and do not hold up what is about the host", async (t) => {
  const { delivery, add, taken, health } = house(t, (body) => !body.includes("i-1") && !body.includes("web-1"));
  add("all", {});
  add("mem", { InstanceId: "i-1" });
  add("group", { AutoScalingGroupName: "web" });
  add("disk", { host: "web-1" });
  await delivery.close();
  assert.deepEqual(taken.sort(), ["Fleet/Linux disk web-1", "Fleet/Linux mem i-1"]);
  assert.equal(health.count("MetricValuesDropped"), 2);
});

test("what is about the host waits for its key or its rights", async (t) => {
  const { delivery, add, taken, health } = house(t, () => true);
  add("mem", { InstanceId: "i-1" });
  await delivery.close();
  assert.deepEqual([taken, health.count("MetricValuesDropped")], [[], 0]);
});
