import assert from "node:assert/strict";
import { test } from "node:test";
import { readTimeRange, spanOf, type TimeRange, writeTimeRange } from "./time-range.ts";

const NOW = Date.UTC(2026, 2, 31, 12, 0, 0);

test("a relative range ends now", () => {
  const f = (amount: number, unit: Extract<TimeRange, { kind: "relative" }>["unit"], start: string) =>
    assert.deepEqual(spanOf({ kind: "relative", amount, unit }, NOW), { startMs: Date.parse(start), endMs: NOW });
  f(30, "second", "2026-03-31T11:59:30Z");
  f(5, "minute", "2026-03-31T11:55:00Z");
  f(3, "hour", "2026-03-31T09:00:00Z");
  f(2, "day", "2026-03-29T12:00:00Z");
  f(1, "week", "2026-03-24T12:00:00Z");
  f(1, "month", "2026-02-28T12:00:00Z");
  f(13, "month", "2025-02-28T12:00:00Z");
  f(1, "year", "2025-03-31T12:00:00Z");
});

test("a range is written into an address and read from it", () => {
  const f = (range: TimeRange, text: string) => {
    assert.equal(writeTimeRange(range), text);
    assert.deepEqual(readTimeRange(text), range);
  };
  f({ kind: "relative", amount: 1, unit: "hour" }, "1h");
  f({ kind: "relative", amount: 15, unit: "minute" }, "15m");
  f({ kind: "relative", amount: 3, unit: "month" }, "3mo");
  f(
    { kind: "absolute", startMs: Date.UTC(2026, 0, 2, 3, 4, 5), endMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) },
    "2026-01-02T03:04:05Z~2026-01-02T03:04:05.678Z",
  );
});

test("what is no range is told apart", () => {
  for (const text of [
    "",
    "h",
    "0h",
    "-1h",
    "1.5h",
    "999999y",
    "1h~2h",
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05Z~2026-01-02T03:04:04Z",
    "2026-13-02T03:04:05Z~2027-01-02T03:04:04Z",
    "2026-01-02T03:04:05~2026-01-02T03:04:06",
    "a~b~c",
  ])
    assert.equal(readTimeRange(text), undefined, text);
});
