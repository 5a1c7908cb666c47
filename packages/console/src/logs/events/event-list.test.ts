import assert from "node:assert/strict";
import { test } from "node:test";
import { joined, type LogEvent, nearest } from "./event-list.ts";

const event = (timestamp: number, id = `${timestamp}`): LogEvent => ({
  id,
  timestamp,
  ingestionTime: timestamp,
  stream: "s",
  message: id,
});
const ids = (events: readonly LogEvent[]) => events.map(({ id }) => id).join(" ");

test("lists are joined in the order of time, then of arrival, each event once", () => {
  const f = (known: LogEvent[], more: LogEvent[], expected: string) => assert.equal(ids(joined(known, more)), expected);
  f([], [event(3), event(1)], "1 3");
  f([], [event(1), event(2), event(1)], "1 2");
  f([event(1), event(3)], [event(2), event(3)], "1 2 3");
  f([event(5, "12")], [event(5, "9"), event(5, "10")], "9 10 12");
});

test("nothing new leaves the list as it is", () => {
  const known = [event(1), event(2)];
  assert.equal(joined(known, [event(2)]), known);
});

test("of too many events those are let go that are farthest from the new ones", () => {
  const known = [event(2), event(3), event(4)];
  assert.equal(ids(joined(known, [event(5)], 3)), "3 4 5");
  assert.equal(ids(joined(known, [event(1)], 3)), "1 2 3");
});

test("the event nearest to a moment is found", () => {
  const events = [event(10), event(20), event(30)];
  const f = (at: number, expected: number) => assert.equal(nearest(events, at), expected, String(at));
  f(0, 0);
  f(10, 0);
  f(14, 0);
  f(16, 1);
  f(99, 2);
  assert.equal(nearest([], 5), -1);
});
