import assert from "node:assert/strict";
import { test } from "node:test";
import { rangeOfBody } from "./dashboard-range.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

test("a dashboard's range is relative where it can be told so", () => {
  const f = (start: string | undefined, end: string | undefined, expected: unknown) =>
    assert.deepEqual(rangeOfBody({ start, end }, NOW), expected);
  f(undefined, undefined, undefined);
  f("-PT3H", undefined, { kind: "relative", amount: 3, unit: "hour" });
  f("-PT30M", undefined, { kind: "relative", amount: 30, unit: "minute" });
  f("-P1W", undefined, { kind: "relative", amount: 1, unit: "week" });
  f("-P3M", undefined, { kind: "relative", amount: 3, unit: "month" });
  f("-P1DT1H", undefined, { kind: "absolute", startMs: NOW - 25 * 3_600_000, endMs: NOW });
  f("-PT3H", "-PT1H", { kind: "absolute", startMs: NOW - 3 * 3_600_000, endMs: NOW - 3_600_000 });
  f("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", {
    kind: "absolute",
    startMs: Date.UTC(2026, 10, 1),
    endMs: Date.UTC(2026, 10, 2),
  });
  f("-PT1H", "-PT3H", undefined);
});
