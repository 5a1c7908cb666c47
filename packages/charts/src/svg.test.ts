import assert from "node:assert/strict";
import { test } from "node:test";
import { node, svgText } from "./svg.ts";

test("texts and attributes are escaped", () => {
  assert.equal(
    svgText(node("text", { title: `"a"&'b'` }, "<script>&amp;]]>")),
    '<text title="&quot;a&quot;&amp;&#39;b&#39;">&lt;script&gt;&amp;amp;]]&gt;</text>',
  );
});

test("what XML cannot hold is dropped", () => {
  assert.equal(svgText(node("text", {}, "a\u0000\u001b\ufffe\ud800b")), "<text>a\ufffdb</text>");
});

test("numbers are rounded and missing attributes left out", () => {
  assert.equal(svgText(node("rect", { x: 1 / 3, y: undefined, width: 5 })), '<rect x="0.33" width="5"/>');
});
