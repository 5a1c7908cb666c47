import assert from "node:assert/strict";
import { test } from "node:test";
import { readConnection } from "./connection.ts";
import { ConnectionDeltas } from "./connection-deltas.ts";

/** Lines as conntrack 1.4.7 prints them. */
const TCP =
  "ipv4     2 tcp      6 119 TIME_WAIT src=10.77.1.1 dst=10.77.1.2 sport=43148 dport=8080 packets=5 bytes=273 src=10.77.1.2 dst=10.77.1.1 sport=8080 dport=43148 packets=4 bytes=5268 [ASSURED] mark=0 delta-time=7 use=1 id=1946424973";
const ICMP =
  "[1795243223.525129]\t[DESTROY] ipv4     2 icmp     1 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=44 packets=1 bytes=84 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=44 packets=0 bytes=0 delta-time=30 id=1434236333";

test("a line of conntrack is read, whatever the protocol", () => {
  assert.deepEqual(readConnection(TCP), {
    key: "1946424973 6 10.77.1.1 43148 10.77.1.2 8080",
    protocol: 6,
    original: {
      source: "10.77.1.1",
      destination: "10.77.1.2",
      sourcePort: 43148,
      destinationPort: 8080,
      packets: 5,
      bytes: 273,
    },
    reply: {
      source: "10.77.1.2",
      destination: "10.77.1.1",
      sourcePort: 8080,
      destinationPort: 43148,
      packets: 4,
      bytes: 5268,
    },
    age: 7,
  });
  const icmp = readConnection(ICMP);
  assert.deepEqual([icmp?.key, icmp?.original.packets], ["1434236333 1 10.0.0.1 0 10.0.0.2 0", 1]);
  assert.equal(readConnection("conntrack v1.4.7 (conntrack-tools): 8 flow events have been shown."), undefined);
});

const at = (packets: number) => {
  const found = readConnection(TCP.replace("packets=5 bytes=273", `packets=${packets} bytes=${packets * 10}`));
  assert.ok(found);
  return found;
};

function dump(deltas: ConnectionDeltas, ...packets: number[]) {
  deltas.beginDump();
  const found = packets.map((count) => deltas.listed(at(count))?.original.packets);
  return { found, lost: deltas.endDump() };
}

test("differences of dumps and of ends add up to the final counters", () => {
  const deltas = new ConnectionDeltas();
  assert.deepEqual(dump(deltas), { found: [], lost: 0 });
  assert.deepEqual(dump(deltas, 5).found, [5]);
  assert.deepEqual(dump(deltas, 5).found, [undefined]);
  assert.deepEqual(dump(deltas, 9).found, [4]);
  assert.equal(deltas.ended(at(12))?.original.packets, 3);
  assert.deepEqual(dump(deltas), { found: [], lost: 0 });
});

test("what the first dump shows was there before", () => {
  const deltas = new ConnectionDeltas();
  assert.deepEqual(dump(deltas, 5).found, [undefined]);
  assert.deepEqual(dump(deltas, 6).found, [1]);
});

test("a connection that ends during a dump is not counted again by the dump's stale line", () => {
  const deltas = new ConnectionDeltas();
  dump(deltas);
  deltas.beginDump();
  assert.equal(deltas.ended(at(7))?.original.packets, 7);
  assert.equal(deltas.listed(at(7)), undefined);
  assert.equal(deltas.endDump(), 0);
});

test("an end that nobody told is noticed, once it can't be on its way any more", () => {
  const deltas = new ConnectionDeltas();
  dump(deltas);
  dump(deltas, 5);
  assert.equal(dump(deltas).lost, 0);
  assert.equal(dump(deltas).lost, 1);
});
