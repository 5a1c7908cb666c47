import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveTime } from "./time.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const is = (text: string, expected: string | undefined) => {
  const time = resolveTime(text, NOW);
  assert.equal(time === undefined ? undefined : new Date(time).toISOString(), expected);
};

test("a time before now", () => {
  is("-PT3H", "2026-11-21T09:00:00.000Z");
  is("-PT0H", "2026-11-21T12:00:00.000Z");
  is("P0D", "2026-11-21T12:00:00.000Z");
  is("-P7D", "2026-11-14T12:00:00.000Z");
  is("-P1DT6H30M", "2026-11-20T05:30:00.000Z");
  is("-P2W", "2026-11-07T12:00:00.000Z");
  is("-P1M", "2026-10-22T12:00:00.000Z");
  is("-P1Y", "2025-11-21T12:00:00.000Z");
});

test("an absolute time", () => {
  is("2026-11-20T12:00:00.000Z", "2026-11-20T12:00:00.000Z");
  is("2026-11-20T12:00:00+02:00", "2026-11-20T10:00:00.000Z");
});

test("neither", () => {
  for (const text of [
    "",
    "-P",
    "-PT",
    "P1D",
    "PT3H",
    "-P1H",
    "yesterday",
    "2026-11-20",
    "2026-13-01T00:00:00Z",
    "-P999999Y",
  ]) {
    is(text, undefined);
  }
});
