import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, zoomed } from "./view-range.ts";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const span = (start: number, end: number) => ({ startMs: start * HOUR, endMs: end * HOUR });

test("a range is moved to either side, and not into what has not been yet", () => {
  assert.deepEqual(moved(span(97, 99), -5 * HOUR, NOW), span(92, 94));
  assert.deepEqual(moved(span(90, 92), 3 * HOUR, NOW), span(93, 95));
  assert.deepEqual(moved(span(97, 99), 5 * HOUR, NOW), span(98, 100));
  assert.deepEqual(moved(span(99, 101), 5 * HOUR, NOW), span(99, 101));
  assert.deepEqual(moved(span(1, 2), -5 * HOUR, NOW), span(0, 1));
});

test("zooming keeps the time that is pointed at where it is", () => {
  assert.deepEqual(zoomed(span(10, 20), 15 * HOUR, 0.5), span(12.5, 17.5));
  assert.deepEqual(zoomed(span(10, 20), 10 * HOUR, 2), span(10, 30));
  const least = zoomed(span(10, 20), 12 * HOUR, 0);
  assert.equal(least.endMs - least.startMs, 10_000);
});
