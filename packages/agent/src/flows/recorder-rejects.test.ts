import assert from "node:assert/strict";
import { test } from "node:test";
import { counters, openNamespaces, oracle, whyNoNamespaces } from "./namespaces.ts";
import { DATAGRAMS, MANY, record, sums } from "./recorder-harness.ts";

const skip = whyNoNamespaces() ?? false;

test("what AWS does not record is not recorded, and what is like it is", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [router, host] = [make("r"), make("h")];
  join(router, "r0", "10.77.1.1/24", host, "h0", "10.77.1.2/24");
  host.run("ip", "route", "add", "default", "via", "10.77.1.1");
  const recorder = await record(t, host, "h0");
  const SEND = `
import socket, sys
for word in sys.argv[1:]:
    source, address, port = word.split(",")
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); u.bind(("", int(source)))
    try: u.sendto(b"y", (address, int(port)))
    except OSError: pass
    u.close()
`;
  const left = [
    "0,169.254.169.254,80", // instance metadata
    "0,169.254.169.123,123", // time
    "0,169.254.169.253,53", // the provider's own DNS server
    "0,169.254.169.250,1688", // licence activation
    "0,169.254.169.251,1688",
    "68,10.77.1.9,67", // DHCP
    "0,10.77.1.1,9", // the default router
  ];
  const kept = ["0,192.0.2.53,53", "0,192.0.2.68,67", "0,169.254.169.252,80", "0,192.0.2.123,123"];
  host.run("python3", "-c", SEND, ...left, ...kept);
  const batches = await recorder.stop();
  const seen = new Set(
    batches
      .flatMap(({ flows }) => flows)
      .map(({ destination, destinationPort }) => `0,${destination},${destinationPort}`),
  );
  assert.deepEqual([...seen].sort(), kept.sort());
});

test("what is not let out is rejected on its way out", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  server.nft(
    "table inet owner {\n  chain out {\n    type filter hook output priority 0; policy accept;\n    udp dport 4306 drop\n  }\n}\n",
  );
  const recorder = await record(t, server, "s0");
  server.run("python3", "-c", DATAGRAMS, "10.77.1.1", "4306", "7");
  server.run("python3", "-c", DATAGRAMS, "10.77.1.1", "4307", "3");
  const flows = (await recorder.stop()).flatMap((batch) => batch.flows);
  const told = flows
    .filter(({ protocol }) => protocol === 17)
    .map(({ action, direction, source, destinationPort, packets, bytes }) =>
      [action, direction, source, destinationPort, packets, bytes].join(" "),
    );
  // 100 bytes of each datagram, 8 of its header and 20 of the address layer's.
  assert.deepEqual(told.sort(), ["ACCEPT egress 10.77.1.2 4307 3 384", "REJECT egress 10.77.1.2 4306 7 896"]);
});

test("traffic of IPv6, accepted and rejected", { skip }, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  client.run("ip", "addr", "add", "fd77::1/64", "dev", "c0", "nodad");
  server.run("ip", "addr", "add", "fd77::2/64", "dev", "s0", "nodad");
  client.nft(
    oracle([
      { protocol: "udp", port: 8080 },
      { protocol: "udp", port: 4306 },
    ]),
  );
  server.nft(
    "table inet owner {\n  chain in {\n    type filter hook input priority 0; policy accept;\n    udp dport 4306 drop\n  }\n}\n",
  );
  const recorder = await record(t, server, "s0");
  const send = DATAGRAMS.replace("AF_INET", "AF_INET6");
  client.run("python3", "-c", send, "fd77::2", "8080", "5");
  client.run("python3", "-c", send, "fd77::2", "4306", "40");
  const batches = await recorder.stop();
  const seen = counters(client);
  const of = (name: string) => ({ packets: seen.get(name)?.packets, bytes: seen.get(name)?.bytes });
  assert.ok((of("udp8080out").packets ?? 0) > 0);
  assert.deepEqual(sums(batches, { port: 8080, protocol: 17, action: "ACCEPT" }).in, of("udp8080out"));
  assert.deepEqual(sums(batches, { port: 4306, protocol: 17, action: "REJECT" }).in, of("udp4306out"));
});

test("more rejected flows than the kernel's set holds make the interval incomplete, and it is said", {
  skip,
}, async (t) => {
  const { make, join } = openNamespaces(t);
  const [client, server] = [make("c"), make("s")];
  join(client, "c0", "10.77.1.1/24", server, "s0", "10.77.1.2/24");
  server.nft(
    "table inet owner {\n  chain in {\n    type filter hook input priority 0; policy accept;\n    udp dport 10000-59999 drop\n  }\n}\n",
  );
  const recorder = await record(t, server, "s0");
  client.run("python3", "-c", MANY, "10.77.1.2", "9999");
  await recorder.look();
  client.run("python3", "-c", MANY, "10.77.1.2", "9998");
  const batches = await recorder.stop();
  assert.deepEqual(
    batches.map(({ skipped }) => skipped),
    [true],
  );
  const flows = batches
    .flatMap((batch) => batch.flows)
    .filter(({ action, protocol }) => action === "REJECT" && protocol === 17);
  assert.equal(flows.length, 65_535, "what there was room for is told");
});
