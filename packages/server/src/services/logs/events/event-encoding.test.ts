import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type EventBatch, encodeBatches } from "./event-encoding.ts";
import { eventsOf } from "./events.ts";
import { rowMemory } from "./row-memory.ts";

const batch = {
  groupId: 0x01020304,
  logStreamName: "s/é",
  retention: 0x0b0c,
  firstSeq: 0x1122334455667788n,
  firstPut: 0xffffffffn,
};

/** Encodes as a call does, whose acceptance has counted the bytes. */
const encode = (...batches: Omit<EventBatch, "bytes" | "table">[]) =>
  encodeBatches(
    batches.map((one) => ({
      ...one,
      table: "events",
      bytes: Array.from({ length: one.events.length }, (_, i) => one.events.messageBytes(i)).reduce((a, b) => a + b, 0),
    })),
    rowMemory(),
  );

/** A row as ClickHouse's documentation of RowBinary lays it out. */
function row({
  timestamp,
  seq,
  put,
  message,
}: {
  timestamp: bigint;
  seq: bigint;
  put: bigint;
  message: Buffer;
}): Buffer {
  const number = (bytes: number, value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt.asIntN(64, value));
    return buffer.subarray(0, bytes);
  };
  const text = (length: number[], bytes: Buffer) => Buffer.concat([Buffer.from(length), bytes]);
  const length = message.length < 128 ? [message.length] : [(message.length & 127) | 128, message.length >> 7];
  return Buffer.concat([
    number(4, 0x01020304n),
    text([4], Buffer.from("s/é")),
    number(8, timestamp),
    number(8, seq),
    number(8, put),
    number(2, 0x0b0cn),
    text(length, message),
  ]);
}

describe("rows of events", () => {
  it("hold each event's number, place in its call, time and text", () => {
    const events = [
      { timestamp: 1_795_125_600_123, message: "plain" },
      { timestamp: 1_795_125_600_124, message: "naïve 🦘 \0\n" },
    ];
    const expected = [
      row({ timestamp: 1_795_125_600_123n, seq: 0x1122334455667788n, put: 0xffffffffn, message: Buffer.from("plain") }),
      row({
        timestamp: 1_795_125_600_124n,
        seq: 0x1122334455667789n,
        put: 0x100000000n,
        message: Buffer.from("naïve 🦘 \0\n"),
      }),
    ];
    assert.deepEqual(encode({ ...batch, events: eventsOf(events) }), Buffer.concat(expected));
  });
  it("count the bytes of a long text in two steps of seven bits", () => {
    const message = "é".repeat(100);
    const expected = row({ timestamp: -1n, seq: batch.firstSeq, put: batch.firstPut, message: Buffer.from(message) });
    assert.deepEqual(encode({ ...batch, events: eventsOf([{ timestamp: -1, message }]) }), expected);
  });
  it("have the replacement character for half a pair", () => {
    const expected = row({ timestamp: 0n, seq: batch.firstSeq, put: batch.firstPut, message: Buffer.from("a\ufffdb") });
    assert.deepEqual(encode({ ...batch, events: eventsOf([{ timestamp: 0, message: "a\ud800b" }]) }), expected);
  });
  it("of several batches stand one after another", () => {
    const one = { ...batch, events: eventsOf([{ timestamp: 1, message: "one" }]) };
    const two = { ...batch, firstSeq: 7n, events: eventsOf([{ timestamp: 2, message: "two" }]) };
    assert.deepEqual(encode(one, two), Buffer.concat([encode(one), encode(two)]));
  });
});
