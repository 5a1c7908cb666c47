import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyDiagnostics, jsonMarks } from "./json-language.ts";

test("words have the colours of what they are", () => {
  assert.deepEqual(
    jsonMarks('{"a": ["b", 1.5, true]}').map(({ start, end, kind }) => [start, end, kind]),
    [
      [1, 4, "field"],
      [7, 10, "string"],
      [12, 15, "number"],
      [17, 21, "keyword"],
    ],
  );
});

test("faults are told at their place in the text", () => {
  const f = (text: string, expected: readonly (readonly [string, string, RegExp])[]) => {
    const found = bodyDiagnostics(text);
    assert.deepEqual(
      found.map(({ from, to, severity }) => [text.slice(from, to), severity]),
      expected.map(([place, severity]) => [place, severity]),
    );
    for (const [index, [, , message]] of expected.entries()) assert.match(found[index]?.message ?? "", message);
  };
  f('{"widgets": []}', []);
  f('{"widgets": [}', [["}", "error", /no JSON: value expected/]]);
  f('{"widgets": [{"type": "text", "properties": {"markdown": 5}}]}', [["5", "error", /string/]]);
  f('{"widgets": [{"type": "metric", "x": 30, "properties": {"region": "us-east-1", "metrics": []}}]}', [
    ["30", "error", /23/],
  ]);
  f('{"widgets": [],\n"more~/": 1}', [['{"widgets": [],', "warning", /more/]]);
});
