import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { createSocket } from "node:dgram";
import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { startCollectd } from "./collectd/collectd-listener.ts";
import { PacketError, parseCollectdPacket } from "./collectd/packet.ts";
import { parseTypesDb } from "./collectd/types-db.ts";
import type { CollectdSource } from "./configuration/metric-section.ts";
import { startEmbedded } from "./embedded-metrics/embedded-listener.ts";
import { makeDirectory, until } from "./files/collector-harness.ts";
import { Health } from "./health/health.ts";
import { kernelFiles } from "./host/kernel-files.ts";
import { Aggregator } from "./metrics/aggregator.ts";
import { rollUp } from "./metrics/rollup.ts";
import { parseStatsdLine } from "./statsd/packet.ts";
import { StatsdCollector, startStatsd } from "./statsd/statsd-listener.ts";

const journal = { write: () => {} };
const STATSD = {
  address: { transport: "udp", host: "127.0.0.1", port: 0 },
  collectionInterval: 1,
  aggregationInterval: 60,
  separator: "_",
  dropOriginal: new Set<string>(),
} as const;

test("lines of StatsD", () => {
  const read = (line: string) =>
    parseStatsdLine(line)?.map(({ name, type, text, relative, rate, tags }) => [
      name,
      type,
      text,
      relative,
      rate,
      Object.fromEntries(tags),
    ]);
  assert.deepEqual(read("hits:1|c"), [["hits", "counter", "1", false, 1, {}]]);
  assert.deepEqual(read("hits:3|c|@0.1|#region:eu,tier:web"), [
    ["hits", "counter", "3", false, 0.1, { region: "eu", tier: "web" }],
  ]);
  assert.deepEqual(read("t:320|ms:12|ms"), [
    ["t", "timing", "320", false, 1, {}],
    ["t", "timing", "12", false, 1, {}],
  ]);
  assert.deepEqual(read("g:-5|g"), [["g", "gauge", "-5", true, 1, {}]]);
  assert.deepEqual(read("users:x:y|s"), undefined);
  assert.deepEqual(read("url:1|c|#to:http://x:80"), [["url", "counter", "1", false, 1, { to: "http://x:80" }]]);
  for (const wrong of ["", "hits", ":1|c", "hits:|c", "hits:1", "hits:x|c", "hits:1|q", "hits:1|c|@0", "hits:1|c|@2"])
    assert.equal(read(wrong), undefined, wrong);
});

test("StatsD: counters add up by their rate, gauges keep their value, timings all count, sets count members", () => {
  const found: (readonly [string, number, number])[] = [];
  const health = new Health();
  const collector = new StatsdCollector({
    source: STATSD,
    emit: (name, _, value, count) => found.push([name, value, count]),
    health,
    journal,
  });
  collector.take(
    Buffer.from("a.b:1|c\na.b:2|c|@0.5\ng:10|g\ng:-3|g\nt:5|ms|@0.25\nt:7|ms\ns:x|s\ns:y|s\ns:x|s\nnonsense\n"),
  );
  collector.collect();
  assert.deepEqual(found, [
    ["a_b", 5, 1],
    ["g", 7, 1],
    ["t", 5, 4],
    ["t", 7, 1],
    ["s", 2, 1],
  ]);
  assert.equal(health.count("PacketsRefused"), 1);
  found.length = 0;
  collector.take(Buffer.from("g:+1|g"));
  collector.collect();
  assert.deepEqual(found, [["g", 8, 1]]);
});

test("StatsD over UDP and TCP", async (t) => {
  for (const transport of ["udp", "tcp"] as const) {
    const found: number[] = [];
    const listener = await startStatsd({
      source: { ...STATSD, address: { ...STATSD.address, transport } },
      emit: (_, __, value) => found.push(value),
      health: new Health(),
      journal,
    });
    t.after(() => listener.close());
    if (transport === "udp") {
      const socket = createSocket("udp4");
      socket.send("a:4|c", listener.port, "127.0.0.1", () => socket.close());
    } else connect(listener.port, "127.0.0.1").end("a:1|c\na:3|c");
    await until(() => found.length > 0);
    assert.deepEqual(found, [4], transport);
  }
});

const part = (kind: number, content: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(kind, 0);
  head.writeUInt16BE(content.length + 4, 2);
  return Buffer.concat([head, content]);
};
const text = (kind: number, value: string) => part(kind, Buffer.from(`${value}\0`));

function packet(): Buffer {
  const values = Buffer.alloc(2 + 2 + 16);
  values.writeUInt16BE(2, 0);
  values[2] = 2;
  values[3] = 1;
  values.writeBigInt64BE(-5n, 4);
  values.writeDoubleLE(1.5, 12);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(1_795_000_000n << 30n);
  return Buffer.concat([
    text(0, "host1"),
    part(8, time),
    text(2, "interface"),
    text(3, "eth0"),
    text(4, "if_octets"),
    part(6, values),
  ]);
}

test("packets of collectd: plain, signed and encrypted; less protection than wanted is refused", () => {
  const plain = packet();
  const passwordOf = (user: string) => (user === "alice" ? "secret" : undefined);
  const read = (bytes: Buffer, level: "none" | "sign" | "encrypt") => parseCollectdPacket(bytes, { level, passwordOf });
  const expected = [
    {
      host: "host1",
      plugin: "interface",
      pluginInstance: "eth0",
      type: "if_octets",
      typeInstance: "",
      time: 1_795_000_000_000,
      values: [
        { kind: "derive", value: -5 },
        { kind: "gauge", value: 1.5 },
      ],
    },
  ];
  assert.deepEqual(read(plain, "none"), expected);
  assert.throws(() => read(plain, "sign"), PacketError);
  const user = Buffer.from("alice");
  const signed = (key: string) =>
    Buffer.concat([
      part(0x200, Buffer.concat([createHmac("sha256", key).update(user).update(plain).digest(), user])),
      plain,
    ]);
  assert.deepEqual(read(signed("secret"), "sign"), expected);
  assert.throws(() => read(signed("wrong"), "sign"), /signature is wrong/);
  assert.throws(() => read(signed("secret"), "encrypt"), /signed only/);
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv("aes-256-ofb", createHash("sha256").update("secret").digest(), iv);
  const body = Buffer.concat([
    cipher.update(Buffer.concat([createHash("sha1").update(plain).digest(), plain])),
    cipher.final(),
  ]);
  const length = Buffer.from([0, user.length]);
  assert.deepEqual(read(part(0x210, Buffer.concat([length, user, iv, body])), "encrypt"), expected);
  body[30] = (body[30] ?? 0) ^ 1;
  assert.throws(() => read(part(0x210, Buffer.concat([length, user, iv, body])), "encrypt"), /checksum/);
  for (let cut = 1; cut < plain.length; cut += 5) {
    try {
      read(plain.subarray(0, cut), "none");
    } catch (error) {
      assert.ok(error instanceof PacketError, String(error));
    }
  }
});

test("types.db names the values of a type", () => {
  assert.deepEqual(
    parseTypesDb("# x\nif_octets  rx:DERIVE:0:U, tx:DERIVE:0:U\nload shortterm:GAUGE:0:5000\n").get("if_octets"),
    ["rx", "tx"],
  );
});

const COLLECTD = "/usr/sbin/collectd";
test("a real collectd", { skip: existsSync(COLLECTD) ? false : `${COLLECTD} is not installed` }, async (t) => {
  const directory = makeDirectory(t);
  const auth = join(directory, "auth");
  writeFileSync(auth, "alice: secret\n");
  const source: CollectdSource = {
    address: { transport: "udp", host: "127.0.0.1", port: 0 },
    prefix: "collectd_",
    security: "encrypt",
    authFile: auth,
    typesDb: ["/usr/share/collectd/types.db"],
    aggregationInterval: 60,
    appendDimensions: new Map(),
    dropOriginal: new Set(),
  };
  const found = new Map<string, number>();
  const listener = await startCollectd({
    source,
    emit: (name, _, value) => found.set(name, value),
    files: kernelFiles(),
    health: new Health(),
    journal,
  });
  t.after(() => listener.close());
  const config = join(directory, "collectd.conf");
  writeFileSync(
    config,
    `Interval 1\nBaseDir "${directory}"\nTypesDB "/usr/share/collectd/types.db"\nLoadPlugin load\nLoadPlugin memory\nLoadPlugin network\n<Plugin network>\n<Server "127.0.0.1" "${listener.port}">\nSecurityLevel Encrypt\nUsername "alice"\nPassword "secret"\n</Server>\n</Plugin>\n`,
  );
  const collectd = spawn(COLLECTD, ["-f", "-C", config, "-P", join(directory, "pid")], { stdio: "ignore" });
  t.after(() => collectd.kill("SIGKILL"));
  await until(
    () => found.has("collectd_load_shortterm") && found.has("collectd_memory_value"),
    () => [...found],
  );
});

test("embedded metrics over UDP and TCP go to the group they name", async (t) => {
  for (const transport of ["udp", "tcp"] as const) {
    const found: (readonly [string, string | undefined, number])[] = [];
    const health = new Health();
    const listener = await startEmbedded({
      address: { transport, host: "127.0.0.1", port: 0 },
      emit: ({ group, stream }, { at }) => found.push([group, stream, at]),
      hasRoom: () => true,
      waitForRoom: async () => {},
      health,
      journal,
      now: () => 42,
    });
    t.after(() => listener.close());
    const document = JSON.stringify({
      _aws: { Timestamp: 7, LogGroupName: "G", LogStreamName: "S", CloudWatchMetrics: [] },
      x: 1,
    });
    const body = `${document}\n{"log_group_name":"old"}\n{"v":1}\nnothing\n{"a":1}`;
    if (transport === "udp") {
      const socket = createSocket("udp4");
      socket.send(body, listener.port, "127.0.0.1", () => socket.close());
    } else connect(listener.port, "127.0.0.1").end(`${body}\n`);
    await until(
      () => found.length >= 3 && health.count("PacketsRefused") === 1,
      () => [found, health.count("PacketsRefused")],
    );
    assert.deepEqual(found, [
      ["G", "S", 7],
      ["old", undefined, 42],
      ["old", undefined, 42],
    ]);
  }
});

test("values are gathered by metric and period, and taken when the period is over", () => {
  let dropped = 0;
  const aggregator = new Aggregator((values) => {
    dropped += values;
  });
  const add = (value: number, at: number, resolution = 60_000) =>
    aggregator.add({
      namespace: "N",
      name: "m",
      dimensions: new Map([["a", "b"]]),
      value,
      unit: "Count",
      at,
      resolution,
    });
  add(1, 60_000);
  add(1, 70_000);
  add(2, 119_999);
  add(9, 120_000);
  add(Number.NaN, 60_000);
  assert.deepEqual(aggregator.take(120_000), [
    {
      namespace: "N",
      MetricName: "m",
      Dimensions: [{ Name: "a", Value: "b" }],
      Timestamp: 60,
      Values: [1, 2],
      Counts: [2, 1],
      Unit: "Count",
    },
  ]);
  assert.equal(dropped, 1);
  add(5, 130_000, 10_000);
  assert.deepEqual(
    aggregator.take(140_000).map(({ StorageResolution, Timestamp }) => [StorageResolution, Timestamp]),
    [[1, 130]],
  );
  assert.equal(aggregator.take(Number.POSITIVE_INFINITY).length, 1);
});

test("aggregations: each set of dimensions once, and only when the value has them all", () => {
  const dimensions = new Map([
    ["InstanceId", "i-1"],
    ["cpu", "cpu0"],
  ]);
  const sets = (aggregations: readonly (readonly string[])[], drop = false) =>
    rollUp(dimensions, aggregations, drop).map((set) => Object.fromEntries(set));
  assert.deepEqual(sets([["InstanceId"], ["cpu", "InstanceId"], ["AutoScalingGroupName"], []]), [
    { InstanceId: "i-1", cpu: "cpu0" },
    { InstanceId: "i-1" },
    {},
  ]);
  assert.deepEqual(sets([["InstanceId"]], true), [{ InstanceId: "i-1" }]);
});
