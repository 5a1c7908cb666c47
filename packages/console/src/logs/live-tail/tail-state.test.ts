import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf, readTailQuery, type TailQuery, writeTailQuery } from "./tail-state.ts";

test("an address carries what is listened to", () => {
  const query: TailQuery = {
    groups: ["a", "/b/c"],
    streams: ["i-1"],
    pattern: "{ $.a = 1 }",
    marks: ["error", "fail"],
  };
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries(writeTailQuery(query)))
    if (value !== undefined) address.set(name, String(value));
  assert.deepEqual(readTailQuery(address), query);
  assert.deepEqual(readTailQuery(new URLSearchParams()), { groups: [], streams: [], pattern: "", marks: [] });
});

test("no more groups are read from an address than a session takes", () => {
  const groups = Array.from({ length: 12 }, (_, index) => `g${index}`).join(",");
  assert.equal(readTailQuery(new URLSearchParams({ groups })).groups.length, 10);
});

test("the events of an update get numbers and the names of their groups", () => {
  let count = 0;
  const update = {
    sessionMetadata: { sampled: true },
    sessionResults: [
      { logGroupIdentifier: "123456789012:web", logStreamName: "s", timestamp: 5, ingestionTime: 6, message: "m" },
      { logGroupIdentifier: "arn:aws:logs:us-east-1:123456789012:log-group:db" },
    ],
  };
  assert.deepEqual(
    eventsOf(update, () => ++count),
    {
      sampled: true,
      events: [
        { id: "1", group: "web", stream: "s", timestamp: 5, ingestionTime: 6, message: "m" },
        { id: "2", group: "db", stream: "", timestamp: 0, ingestionTime: 0, message: "" },
      ],
    },
  );
  assert.deepEqual(
    eventsOf(undefined, () => 0),
    { events: [], sampled: false },
  );
});
