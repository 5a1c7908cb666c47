import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { diagnosticOf } from "./diagnostic.ts";
import { completionSource, faultsOf } from "./insights-language.ts";

const names = {
  fields: () => ["status", "detail-type"],
  groups: async (written: string) =>
    ["/aws/lambda/a", "/aws/lambda/b", "other"].filter((name) => name.startsWith(written)),
};

const complete = async (marked: string, explicit = false) => {
  const text = marked.replace("^", "");
  const context = new CompletionContext(EditorState.create({ doc: text }), marked.indexOf("^"), explicit);
  return completionSource(names)(context);
};

test("completions replace the word that is being written", async () => {
  const found = await complete("fields @message | sor^");
  assert.deepEqual([found?.from, found?.options.map(({ label }) => label)], [18, ["sort"]]);
  assert.equal(found?.options[0]?.apply, "sort ");
  assert.match(String(found?.options[0]?.info), /^sort field .*\nOrders the rows/);
});

test("a blank that is there already is not doubled", async () => {
  assert.equal((await complete("so^ x"))?.options[0]?.apply, "sort");
});

test("discovered fields come with backticks where they need them", async () => {
  const found = await complete("fields det^");
  assert.deepEqual(
    found?.options.map(({ label, apply }) => [label, apply]),
    [["detail-type", "`detail-type`"]],
  );
});

test("the list opens by itself in a word, and elsewhere when it is asked for", async () => {
  assert.equal(await complete("fields ^"), null);
  assert.ok(((await complete("fields ^", true))?.options.length ?? 0) > 50);
  assert.equal(await complete("filter a = 'x^", true), null);
});

test("names of groups come where they belong", async () => {
  const found = await complete("SOURCE 'other', '/aws/^");
  assert.deepEqual([found?.from, found?.options.map(({ label }) => label)], [17, ["/aws/lambda/a", "/aws/lambda/b"]]);
});

test("faults are marked at their place", () => {
  const f = (text: string, expected: [number, number] | undefined) => {
    const [fault] = faultsOf(text);
    assert.deepEqual(fault && [fault.from, fault.to], expected, text);
  };
  f("fields @message | limit 5", undefined);
  f("", undefined);
  f("  \n", undefined);
  f("fields nosuch(a)", [7, 13]);
  f("fields a |", [9, 10]);
});

test("a fault at or behind the end of the text is marked at its last character", () => {
  const f = (start: number, end: number, length: number, expected: [number, number]) => {
    const { from, to } = diagnosticOf({ start, end, message: "m" }, length);
    assert.deepEqual([from, to], expected);
  };
  f(2, 5, 10, [2, 5]);
  f(10, 10, 10, [9, 10]);
  f(15, 20, 10, [9, 10]);
  f(0, 0, 0, [0, 0]);
});
