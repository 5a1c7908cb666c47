import assert from "node:assert/strict";
import { test } from "node:test";
import { tagMatches } from "./choose-groups.ts";

test("a tag fits one of the values, with wildcards and negation", () => {
  const f = (tag: string | undefined, values: string[], expected: boolean) =>
    assert.equal(tagMatches(tag, values), expected, `${tag} ${values}`);
  f("prod", ["prod"], true);
  f("prod", ["dev", "prod"], true);
  f("prod", ["dev"], false);
  f("prod-1", ["prod*"], true);
  f("my-prod-1", ["*prod*"], true);
  f("ab", ["ab*b"], false);
  f("abxb", ["ab*b"], true);
  f("", ["*"], true);
  f(undefined, ["*"], false);
  f("prod", ["!dev*"], true);
  f("dev-2", ["!dev*"], false);
  f(undefined, ["!dev"], true);
});
