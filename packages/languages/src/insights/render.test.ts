import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNumber, formatTimestamp } from "./render.ts";

test("numbers show as people read them", () => {
  const f = (value: number, expected: string | undefined) => assert.equal(formatNumber(value), expected, String(value));
  f(0, "0");
  f(-0, "0");
  f(7, "7");
  f(-2.5, "-2.5");
  f(1 / 3, "0.3333");
  f(200 / 3, "66.6667");
  f(0.1 + 0.2, "0.3");
  f(90, "90");
  f(100.00001, "100");
  f(0.000012345678, "0.00001235");
  f(-0.00002, "-0.00002");
  f(2 ** 53, "9007199254740992");
  f(1e20, "100000000000000000000");
  f(1e21, "1e+21");
  f(1e-30, "0");
  f(Number.NaN, undefined);
  f(Number.POSITIVE_INFINITY, undefined);
});

test("times show in UTC with milliseconds and no zone", () => {
  assert.equal(formatTimestamp(0), "1970-01-01 00:00:00.000");
  assert.equal(formatTimestamp(Date.UTC(2026, 1, 6, 14, 49, 7, 123)), "2026-02-06 14:49:07.123");
  assert.equal(formatTimestamp(Number.NaN), undefined);
});
