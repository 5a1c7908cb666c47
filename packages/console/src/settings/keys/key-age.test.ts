import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, isOld } from "./key-age.ts";

const DAY = 86_400_000;

test("a key's age is told in days, and past ninety it is old", () => {
  const f = (age: number, text: string, old: boolean) =>
    assert.deepEqual([ageText(0, age), isOld(0, age)], [text, old], String(age));
  f(0, "today", false);
  f(-DAY, "today", false);
  f(DAY, "1 day", false);
  f(90 * DAY + 1, "90 days", false);
  f(91 * DAY, "91 days", true);
});
