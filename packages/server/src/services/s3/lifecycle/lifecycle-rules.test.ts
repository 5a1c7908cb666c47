import assert from "node:assert/strict";
import { test } from "node:test";
import { currentExpires, dueAt, type LifecycleRule, markerExpires, noncurrentExpires } from "./lifecycle-rules.ts";

const at = (text: string) => Date.parse(text);
const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
  id: "1",
  enabled: true,
  filter: { prefix: "", tags: {} },
  bare: false,
  ...more,
});

test("days are counted to the next midnight, as in S3's own example", () => {
  // S3 user guide: created 1/15/2014 10:30 UTC, three days: 1/19/2014 00:00 UTC.
  assert.equal(dueAt(at("2014-01-15T10:30:00Z"), 3), at("2014-01-19T00:00:00Z"));
});

test("an object expires by days, by date, and only where the filter fits", () => {
  const object = { key: "logs/1", size: 100, tags: { a: "1" }, modified: at("2026-01-01T12:00:00Z") };
  const f = (given: LifecycleRule, now: string, expected: boolean) =>
    assert.equal(currentExpires([given], object, at(now)), expected);
  const days = (count: number, more: Partial<LifecycleRule["filter"]> = {}) =>
    rule({ expiration: { days: count }, filter: { prefix: "", tags: {}, ...more } });
  f(days(1), "2026-01-02T23:59:59Z", false);
  f(days(1), "2026-01-03T00:00:00Z", true);
  f({ ...days(1), enabled: false }, "2026-02-01T00:00:00Z", false);
  f(days(1, { prefix: "logs/" }), "2026-02-01T00:00:00Z", true);
  f(days(1, { prefix: "other/" }), "2026-02-01T00:00:00Z", false);
  f(days(1, { tags: { a: "1" } }), "2026-02-01T00:00:00Z", true);
  f(days(1, { tags: { a: "2" } }), "2026-02-01T00:00:00Z", false);
  f(days(1, { greaterThan: 99, lessThan: 101 }), "2026-02-01T00:00:00Z", true);
  f(days(1, { greaterThan: 100 }), "2026-02-01T00:00:00Z", false);
  f(rule({ expiration: { date: at("2026-01-05T00:00:00Z") } }), "2026-01-04T23:00:00Z", false);
  f(rule({ expiration: { date: at("2026-01-05T00:00:00Z") } }), "2026-01-05T00:00:00Z", true);
  f(rule({ expiration: { emptyMarkers: true } }), "2026-02-01T00:00:00Z", false);
});

test("older versions expire by the time since they were replaced, but for the newest so many", () => {
  const object = { key: "k", size: 1, tags: {} };
  const given = [rule({ noncurrent: { days: 2, keep: 1 } })];
  const since = at("2026-01-01T00:00:00Z");
  assert.equal(noncurrentExpires(given, object, since, 1, at("2026-01-03T00:00:00Z")), true);
  assert.equal(noncurrentExpires(given, object, since, 1, at("2026-01-02T00:00:00Z")), false);
  assert.equal(noncurrentExpires(given, object, since, 0, at("2026-02-01T00:00:00Z")), false);
});

test("a marker that hides nothing goes by its own rule at once, by one with days when it is so old", () => {
  const made = at("2026-01-01T00:00:00Z");
  assert.equal(markerExpires([rule({ expiration: { emptyMarkers: true } })], "k", made, made), true);
  assert.equal(markerExpires([rule({ expiration: { days: 3 } })], "k", made, at("2026-01-03T00:00:00Z")), false);
  assert.equal(markerExpires([rule({ expiration: { days: 3 } })], "k", made, at("2026-01-04T00:00:00Z")), true);
});
