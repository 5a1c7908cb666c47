import assert from "node:assert/strict";
import { test } from "node:test";
import { groupNamePlace } from "./group-name-place.ts";

test("names of groups belong behind SOURCE and among its prefixes", () => {
  const f = (marked: string, written: string) => {
    const cursor = marked.indexOf("^");
    assert.deepEqual(
      groupNamePlace(marked.replace("^", ""), cursor),
      { start: cursor - written.length, written },
      marked,
    );
  };
  f("SOURCE '/aws/^", "/aws/");
  f('source "^', "");
  f("SOURCE 'a', \"b\", 'c^' | fields x", "c");
  f("SOURCE logGroups(namePrefix: ['/aws', '/x^", "/x");
  f("fields a | filter a in (SOURCE 'in^", "in");
});

test("they belong nowhere else", () => {
  const f = (marked: string) =>
    assert.equal(groupNamePlace(marked.replace("^", ""), marked.indexOf("^")), undefined, marked);
  f("^");
  f("SOURCE ^");
  f("SOURCE 'a'^");
  f("fields a | filter a = 'b^");
  f("SOURCE logGroups(class: ['ST^");
  f("# SOURCE 'a^");
});

test("a long text of quotes is looked through in a moment", () => {
  const text = `source ${"'a', ".repeat(50_000)}x`;
  assert.equal(groupNamePlace(text, text.length), undefined);
});
