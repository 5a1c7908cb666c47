import assert from "node:assert/strict";
import { test } from "node:test";
import { namedGroups } from "./named-groups.ts";

test("groups that stand before a query are taken out of it; other sources stay", () => {
  const f = (text: string, groups: readonly string[] | undefined, query: string) =>
    assert.deepEqual(namedGroups(text), { groups, query });
  f("SOURCE '/a' | SOURCE '/b' | fields @message\n| limit 1", ["/a", "/b"], "fields @message\n| limit 1");
  f('source "/a" | limit 1', ["/a"], "limit 1");
  f("fields @message", undefined, "fields @message");
  f("SOURCE logGroups(namePrefix: ['a']) | limit 1", undefined, "SOURCE logGroups(namePrefix: ['a']) | limit 1");
});
