import assert from "node:assert/strict";
import { test } from "node:test";
import { treeFromJson } from "./json.ts";

const refused = (bytes: Uint8Array | string, message: RegExp) =>
  assert.throws(() => treeFromJson(Buffer.from(bytes)), { code: "SerializationException", message });

test("an empty body is an empty structure", () => assert.deepEqual(treeFromJson(Buffer.alloc(0)), {}));

test("bytes that are no UTF-8 are refused, not mended", () => {
  refused(Buffer.from([0x22, 0xff, 0x22]), /not valid UTF-8/);
  // A surrogate encoded by itself, and an overlong slash.
  refused(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /not valid UTF-8/);
  refused(Buffer.from([0x22, 0xc0, 0xaf, 0x22]), /not valid UTF-8/);
});

test("what is no JSON is refused with its place and without its text", () => {
  refused('{"secret": hunter2}', /^The request's body is not valid JSON\.$/);
  refused('{"a":1,]', /^The request's body is not valid JSON at position 7\.$/);
  refused('{"a":', /^The request's body is not valid JSON/);
});

test("a large body is refused for its depth before it is parsed", () => {
  refused("[".repeat(3_000_000), /nests deeper than 512 levels/);
  refused(
    `{"a":"\\"${"x".repeat(2_100_000)}","b":${"[".repeat(600)}${"]".repeat(600)}}`,
    /nests deeper than 512 levels/,
  );
});

test("brackets inside the strings of a large body are text", () => {
  const text = `[[[[\\"{{{{${"[".repeat(2_100_000)}`;
  assert.deepEqual(treeFromJson(Buffer.from(`{"a":"${text}"}`)), { a: text.replace('\\"', '"') });
});
