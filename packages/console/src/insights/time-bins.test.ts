import assert from "node:assert/strict";
import { test } from "node:test";
import { binFor, brushed, fillBins, timeOfResult } from "./time-bins.ts";

const NOON = Date.UTC(2026, 0, 2, 12);
const HOUR = 3_600_000;

test("bins are the shortest that are few enough", () => {
  const f = (ms: number, expected: string) =>
    assert.equal(binFor({ startMs: NOON, endMs: NOON + ms - 1 }, 60).text, expected);
  f(50, "1ms");
  f(1_000, "100ms");
  f(60_000, "1s");
  f(61_000, "2s");
  f(HOUR, "1m");
  f(3 * HOUR, "5m");
  f(24 * HOUR, "30m");
  f(7 * 24 * HOUR, "3h");
  f(365 * 24 * HOUR, "10d");
});

test("every bin of the range has a count", () => {
  const minute = { text: "1m", ms: 60_000 };
  const span = { startMs: NOON + 30_000, endMs: NOON + 150_000 };
  const counts = new Map([
    [NOON + 60_000, 7],
    [NOON + HOUR, 9],
  ]);
  assert.deepEqual(
    fillBins(span, minute, counts).map(({ startMs, count }) => [startMs - NOON, count]),
    [
      [0, 0],
      [60_000, 7],
      [120_000, 0],
    ],
  );
});

test("a brushed range is of whole bins, inside what is shown", () => {
  const span = { startMs: NOON + 10_000, endMs: NOON + HOUR };
  const minute = { text: "1m", ms: 60_000 };
  const f = (from: number, to: number, start: number, end: number) =>
    assert.deepEqual(brushed(span, minute, NOON + from, NOON + to), { startMs: NOON + start, endMs: NOON + end });
  f(65_000, 190_000, 60_000, 239_999);
  f(190_000, 65_000, 60_000, 239_999);
  f(70_000, 70_000, 60_000, 119_999);
  f(0, 5_000, 10_000, 59_999);
  f(HOUR - 1, 2 * HOUR, HOUR - 60_000, HOUR);
});

test("a brush over a part of a second takes the second", () => {
  const span = { startMs: NOON, endMs: NOON + 5_000 };
  assert.deepEqual(brushed(span, { text: "100ms", ms: 100 }, NOON + 1_250, NOON + 1_320), {
    startMs: NOON + 1_000,
    endMs: NOON + 1_999,
  });
});

test("times of results are read as UTC", () => {
  assert.equal(timeOfResult("2026-01-02 12:00:00.000"), NOON);
  for (const text of [undefined, "", "2026-01-02", "2026-01-02 12:00:00", "12", "2026-99-02 12:00:00.000"])
    assert.equal(timeOfResult(text), undefined, text);
});
