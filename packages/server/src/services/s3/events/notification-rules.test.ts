import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventName, overlaps, rulesFor } from "./notification-rules.ts";

const rule = (events: string[], prefix = "", suffix = "") => ({ id: "1", arn: "a", events, prefix, suffix });
const hears = (given: ReturnType<typeof rule>, event: EventName, key: string, expected: boolean) =>
  test(`${given.events} ${given.prefix}*${given.suffix}: ${event} of ${key}`, () =>
    assert.equal(rulesFor([given], event, key).length === 1, expected));

hears(rule(["s3:ObjectCreated:*"]), "ObjectCreated:Put", "k", true);
hears(rule(["s3:ObjectCreated:*"]), "ObjectRemoved:Delete", "k", false);
hears(rule(["s3:ObjectCreated:Copy"]), "ObjectCreated:Put", "k", false);
hears(rule(["s3:ObjectCreated:Put"], "in/", ".csv"), "ObjectCreated:Put", "in/a.csv", true);
hears(rule(["s3:ObjectCreated:Put"], "in/", ".csv"), "ObjectCreated:Put", "in/a.txt", false);
hears(rule(["s3:ObjectCreated:Put"], "in/", ".csv"), "ObjectCreated:Put", "out/a.csv", false);

test("rules overlap when an event of one key could be both's", () => {
  const all = rule(["s3:ObjectCreated:*"]);
  assert.equal(overlaps(all, rule(["s3:ObjectCreated:Put"], "a")), true);
  assert.equal(overlaps(all, rule(["s3:ObjectRemoved:*"])), false);
  assert.equal(overlaps(rule(["s3:ObjectCreated:*"], "a"), rule(["s3:ObjectCreated:*"], "b")), false);
  assert.equal(overlaps(rule(["s3:ObjectCreated:*"], "a", ".x"), rule(["s3:ObjectCreated:*"], "ab", ".y")), false);
});
