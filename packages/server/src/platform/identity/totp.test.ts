import assert from "node:assert/strict";
import { test } from "node:test";
import { codeAt, stepAt, stepOfCode } from "./totp.ts";

const seed = Buffer.from("12345678901234567890");

test("codes are those of RFC 6238, appendix B", () => {
  for (const [seconds, code] of [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ] as const) {
    assert.equal(codeAt(seed, stepAt(seconds * 1_000)), code);
  }
});

test("a code counts a step early and late, never after a later one was taken, and never twice", () => {
  const now = 1_111_111_109_000;
  const step = stepAt(now);
  for (const [distance, taken] of [
    [-2, undefined],
    [-1, step - 1],
    [0, step],
    [1, step + 1],
    [2, undefined],
  ] as const) {
    assert.equal(stepOfCode(seed, codeAt(seed, step + distance), now, 0), taken);
  }
  assert.equal(stepOfCode(seed, codeAt(seed, step), now, step), undefined);
  assert.equal(stepOfCode(seed, codeAt(seed, step - 1), now, step), undefined);
  assert.equal(stepOfCode(seed, "12345", now, 0), undefined);
});
