import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventQuery, eventsCall, readEventQuery, slicesOf, writeEventQuery } from "./event-query.ts";

const query: EventQuery = {
  group: "/aws/rds",
  stream: "i-1/ssh.log",
  pattern: '"authentication failure"',
  range: { kind: "relative", amount: 3, unit: "hour" },
  at: undefined,
  event: undefined,
};

const throughAddress = (from: EventQuery) => {
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries(writeEventQuery(from)))
    if (value !== undefined) address.set(name, String(value));
  return readEventQuery(from.group, address);
};

test("an address carries all of a query", () => {
  assert.deepEqual(throughAddress(query), query);
  const range = { kind: "absolute", startMs: 1_795_000_000_000, endMs: 1_795_000_060_000 } as const;
  assert.deepEqual(throughAddress({ ...query, range }), { ...query, range });
});

test("a moment is kept to the millisecond", () => {
  const moment = {
    ...query,
    range: { kind: "relative", amount: 1, unit: "day" } as const,
    at: 1_795_000_000_123,
    event: "42",
  };
  assert.deepEqual(throughAddress(moment), moment);
});

test("what is no good in an address is left out", () => {
  const read = readEventQuery("g", new URLSearchParams({ range: "nonsense", at: "tomorrow", stream: "" }));
  assert.deepEqual(read, {
    group: "g",
    stream: undefined,
    pattern: "",
    range: { kind: "relative", amount: 1, unit: "day" },
    at: undefined,
    event: undefined,
  });
});

test("the call asks for whole milliseconds, one stream or all, and newest first only where wanted", () => {
  assert.deepEqual(eventsCall(query, { startMs: 1.5, endMs: 10.2, newestFirst: true }, "t"), {
    logGroupName: "/aws/rds",
    logStreamNames: ["i-1/ssh.log"],
    filterPattern: '"authentication failure"',
    startTime: 1,
    endTime: 10,
    startFromHead: false,
    limit: 200,
    nextToken: "t",
  });
  assert.deepEqual(
    eventsCall({ ...query, stream: undefined, pattern: "" }, { startMs: 0, endMs: 5, newestFirst: false }),
    {
      logGroupName: "/aws/rds",
      startTime: 0,
      endTime: 5,
      limit: 200,
    },
  );
});

test("a range is read from its newest end, a moment both ways, and what is old from its beginning", () => {
  const now = Date.UTC(2026, 10, 21);
  const hours = (count: number) => count * 3_600_000;
  assert.deepEqual(slicesOf(query, now), {
    older: { startMs: now - hours(3), endMs: now + hours(3), newestFirst: true },
  });
  const range = { kind: "absolute", startMs: Date.UTC(2020), endMs: Date.UTC(2021) } as const;
  assert.deepEqual(slicesOf({ ...query, range }, now), {
    newer: { startMs: Date.UTC(2020), endMs: Date.UTC(2021), newestFirst: false },
  });
  const at = now - hours(1);
  assert.deepEqual(slicesOf({ ...query, at }, now), {
    older: { startMs: Date.UTC(2024), endMs: at, newestFirst: true },
    newer: { startMs: at, endMs: now + hours(3), newestFirst: false },
  });
  assert.equal(slicesOf({ ...query, at: Date.UTC(2020) }, now).older, undefined);
});
