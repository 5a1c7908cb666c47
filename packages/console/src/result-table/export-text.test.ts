import assert from "node:assert/strict";
import { test } from "node:test";
import { exportParts, exportText } from "./export-text.ts";
import { emptyResult, withRows } from "./result-model.ts";

const result = (columns: string[], ...rows: Record<string, string>[]) =>
  withRows(
    emptyResult(columns),
    rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
  );

test("CSV quotes what needs it, and tells empty from missing", () => {
  const f = (row: Record<string, string>, expected: string) =>
    assert.equal(exportText(result(["a", "b"], row), "csv"), `a,b\r\n${expected}\r\n`);
  f({ a: "1", b: "2" }, "1,2");
  f({ a: "x,y", b: 'say "hi"' }, '"x,y","say ""hi"""');
  f({ a: "two\nlines", b: "cr\r" }, '"two\nlines","cr\r"');
  f({ b: "" }, ',""');
  f({ a: " blank ", b: "=1+1" }, '" blank ",=1+1');
});

test("JSON is a list of objects that a parser reads back", () => {
  const text = exportText(result(["a", "__proto__"], { a: 'q"\u001b', ["__proto__"]: "p" }, { a: "2" }), "json");
  assert.deepEqual(
    JSON.parse(text).map((each: object) => Object.entries(each)),
    [
      [
        ["a", 'q"\u001b'],
        ["__proto__", "p"],
      ],
      [["a", "2"]],
    ],
  );
  assert.deepEqual(JSON.parse(exportText(result(["a"]), "json")), []);
});

test("Markdown cells hold text, not markup", () => {
  const f = (value: string, expected: string) =>
    assert.equal(exportText(result(["a"], { a: value }), "markdown"), `| a |\n| --- |\n| ${expected} |\n`);
  f("2026-01-01 (plain) 200!", "2026-01-01 (plain) 200!");
  f("a|b", "a\\|b");
  f("<img src=x>&", "&lt;img src=x&gt;&amp;");
  f("*b* _i_ `c` [l](u)", "\\*b\\* \\_i\\_ \\`c\\` \\[l\\](u)");
  f("one\r\ntwo\nthree", "one<br>two<br>three");
  f("", "");
});

test("a long result comes in parts", () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => ({ n: String(index) }));
  const parts = [...exportParts(result(["n"], ...rows), "csv")];
  assert.equal(parts.length, 5);
  assert.equal(parts.join("").split("\r\n").length, 5_002);
});
