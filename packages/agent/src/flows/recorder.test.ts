import assert from "node:assert/strict";
import { test } from "node:test";
import { counters, openNamespaces, oracle, whyNoNamespaces } from "./namespaces.ts";
import { CLIENT, DATAGRAMS, MANY, record, serve, sums } from "./recorder-harness.ts";

const skip = whyNoNamespaces() ?? false;

test("accepted and rejected traffic agrees with packet counters to the packet", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  // Counted where the traffic begins, by another table of another network namespace.
  client.nft(
    oracle([
      { protocol: "tcp", port: 8080 },
      { protocol: "udp", port: 8080 },
      { protocol: "tcp", port: 4306 },
      { protocol: "udp", port: 4306 },
    ]),
  );
  server.nft(
    "table inet owner {\n  chain in {\n    type filter hook input priority 0; policy accept;\n    tcp dport 4306 drop\n    udp dport 4306 reject\n  }\n}\n",
  );
  const recorder = await record(t, server, "s0");
  await serve(t, server, "10.77.1.2", "8080", "50000", "40");
  client.run("python3", "-c", CLIENT, "10.77.1.2", "8080", "20", "5");
  await recorder.look();
  client.run("python3", "-c", CLIENT, "10.77.1.2", "8080", "20", "5");
  client.run("python3", "-c", DATAGRAMS, "10.77.1.2", "8080", "50");
  client.run("python3", "-c", DATAGRAMS, "10.77.1.2", "4306", "30");
  client.run("python3", "-c", CLIENT, "10.77.1.2", "4306", "3", "1.3");
  await recorder.look();
  const batches = await recorder.stop();
  const seen = counters(client);
  const of = (name: string) => {
    const { packets = 0, bytes = 0 } = seen.get(name) ?? {};
    return { packets, bytes };
  };
  const [tcp, udp] = [6, 17];
  const web = sums(batches, { port: 8080, protocol: tcp, action: "ACCEPT" });
  assert.ok(of("tcp8080out").packets > 200);
  assert.deepEqual(web, { in: of("tcp8080out"), out: of("tcp8080in") });
  assert.deepEqual(sums(batches, { port: 8080, protocol: udp, action: "ACCEPT" }).in, of("udp8080out"));
  assert.ok(of("tcp4306out").packets >= 3);
  assert.deepEqual(sums(batches, { port: 4306, protocol: tcp, action: "REJECT" }).in, of("tcp4306out"));
  assert.equal(sums(batches, { port: 4306, protocol: tcp, action: "ACCEPT" }).in.packets, 0);
  // The client's own kernel holds back datagrams once it was told that nobody takes them.
  assert.deepEqual(sums(batches, { port: 4306, protocol: udp, action: "REJECT" }).in, of("udp4306out"));
  const rejected = batches.flatMap(({ flows }) => flows).filter(({ action }) => action === "REJECT");
  assert.deepEqual([...new Set(rejected.map(({ destinationPort }) => destinationPort))], [4306]);
  assert.equal(
    batches.some(({ skipped }) => skipped),
    false,
  );
});

test("a forwarding host: both sides, translated addresses, and a NAT gateway's metrics", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, gateway, server] = [make("c"), make("g"), make("s")];
  join(client, "c0", "10.77.1.2/24", gateway, "g0", "10.77.1.1/24");
  join(gateway, "g1", "10.77.2.1/24", server, "s0", "10.77.2.2/24");
  client.run("ip", "route", "add", "default", "via", "10.77.1.1");
  gateway.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
  gateway.nft(
    'table inet owner {\n  chain post {\n    type nat hook postrouting priority 100; policy accept;\n    oifname "g1" masquerade\n  }\n  chain fw {\n    type filter hook forward priority 0; policy accept;\n    tcp dport 4306 drop\n  }\n}\n',
  );
  client.nft(
    oracle([
      { protocol: "tcp", port: 8080 },
      { protocol: "tcp", port: 4306 },
    ]),
  );
  const recorder = await record(t, gateway, "g0", "g1");
  await serve(t, server, "10.77.2.2", "8080", "2000", "5");
  client.run("python3", "-c", CLIENT, "10.77.2.2", "8080", "5", "5");
  client.run("python3", "-c", CLIENT, "10.77.2.2", "4306", "1", "1.3");
  await recorder.look();
  const { nat } = await recorder.nat();
  const batches = await recorder.stop();
  const [inside, outside] = ["eni-00000000000000000", "eni-00000000000000001"];
  const seen = counters(client);
  const of = (name: string) => ({ packets: seen.get(name)?.packets ?? 0, bytes: seen.get(name)?.bytes ?? 0 });
  for (const id of [inside, outside]) {
    assert.deepEqual(sums(batches, { port: 8080, protocol: 6, action: "ACCEPT" }, id), {
      in: of("tcp8080out"),
      out: of("tcp8080in"),
    });
  }
  const translated = batches.filter(({ interfaceId }) => interfaceId === outside).flatMap(({ flows }) => flows);
  assert.ok(translated.every(({ source, destination }) => source === "10.77.2.1" || destination === "10.77.2.1"));
  assert.ok(translated.some(({ packetSource, direction }) => packetSource === "10.77.1.2" && direction === "egress"));
  assert.deepEqual(sums(batches, { port: 4306, protocol: 6, action: "REJECT" }, inside).in, of("tcp4306out"));
  assert.equal(typeof nat, "object");
  const reading = new Map(Object.entries(nat ?? {}));
  assert.deepEqual(reading.get("PacketsDropCount"), of("tcp4306out").packets);
  assert.deepEqual(
    [
      reading.get("BytesOutToDestination"),
      reading.get("PacketsInFromDestination"),
      reading.get("ConnectionAttemptCount"),
      reading.get("ConnectionEstablishedCount"),
    ],
    [of("tcp8080out").bytes, of("tcp8080in").packets, 5, 5],
  );
});

test("what was there before the recorder came is not counted, and it leaves nothing behind", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  server.nft(
    "table inet owner {\n  chain in {\n    type filter hook input priority 0; policy accept;\n    ct state new accept\n  }\n}\n",
  );
  server.run("sh", "-c", "echo 1 > /proc/sys/net/netfilter/nf_conntrack_acct");
  await serve(t, server, "10.77.1.2", "8080", "5000", "10");
  client.run("python3", "-c", CLIENT, "10.77.1.2", "8080", "5", "5");
  const recorder = await record(t, server, "s0");
  const batches = await recorder.stop();
  assert.deepEqual(sums(batches, { port: 8080, protocol: 6, action: "ACCEPT" }).in, { packets: 0, bytes: 0 });
  assert.equal(batches.length, 1, "an interval without traffic is told too");
  assert.ok(!server.run("nft", "list", "tables").includes("nephoscope"));
});

test("intervals of one and of ten minutes are told each when it is over, with the same traffic", {
  skip,
}, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  client.nft(oracle([{ protocol: "udp", port: 8080 }]));
  const recorder = await record(t, server, "s0:60,600");
  const told = () => recorder.batches.map(({ interval }) => interval);
  for (let minute = 1; minute <= 10; minute++) {
    client.run("python3", "-c", DATAGRAMS, "10.77.1.2", "8080", String(minute));
    await recorder.look();
    assert.equal(told().filter((interval) => interval === 600).length, 0);
    await recorder.ahead(60);
    await recorder.look();
    assert.equal(told().filter((interval) => interval === 60).length, minute);
  }
  assert.equal(told().filter((interval) => interval === 600).length, 1);
  const wanted = counters(client).get("udp8080out");
  for (const interval of [60, 600]) {
    const own = recorder.batches.filter((batch) => batch.interval === interval);
    assert.ok(own.every(({ start, end }) => end - start >= interval && end - start < interval + 30));
    assert.deepEqual(sums(own, { port: 8080, protocol: 17, action: "ACCEPT" }).in, {
      packets: wanted?.packets,
      bytes: wanted?.bytes,
    });
  }
  await recorder.stop();
});

test("50,000 connections at once are tracked, each to the packet", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  client.nft(
    "table inet oracle {\n  counter sent {\n  }\n  chain out {\n    type filter hook output priority -400; policy accept;\n    udp dport 10000-59999 counter name sent\n  }\n}\n",
  );
  // So that the client's kernel is not told of closed ports, and sends all.
  server.nft(
    "table inet owner {\n  chain out {\n    type filter hook output priority 0; policy accept;\n    icmp type destination-unreachable drop\n  }\n}\n",
  );
  const recorder = await record(t, server, "s0");
  client.run("python3", "-c", MANY, "10.77.1.2", "9999");
  const { connections } = await recorder.look();
  assert.ok(Number(connections) >= 50_000, `${connections} are tracked`);
  client.run("python3", "-c", MANY, "10.77.1.2", "9999");
  const batches = await recorder.stop();
  const flows = batches
    .flatMap((batch) => batch.flows)
    .filter(({ protocol, action }) => protocol === 17 && action === "ACCEPT");
  const packets = flows.reduce((sum, flow) => sum + flow.packets, 0);
  const bytes = flows.reduce((sum, flow) => sum + flow.bytes, 0);
  const sent = counters(client).get("sent");
  assert.deepEqual({ packets, bytes }, { packets: sent?.packets, bytes: sent?.bytes });
  assert.equal(flows.length, 50_000);
  assert.equal(
    batches.some(({ skipped }) => skipped),
    false,
  );
});
