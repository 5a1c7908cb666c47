import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInsights } from "@nephoscope/languages/insights";
import { choosesGroups, type GroupChoice, groupsOfQuery, isChosen, sourceOf } from "./group-choice.ts";

test("named groups go beside the text, others into it", () => {
  const f = (choice: GroupChoice, names: string[] | undefined, text: string) => {
    const asked = groupsOfQuery("fields a", choice);
    assert.deepEqual(asked.logGroupNames, names);
    assert.equal(asked.queryString, text);
    assert.equal(asked.queryString.slice(asked.added), "fields a");
  };
  f({ kind: "names", names: ["a", "b"] }, ["a", "b"], "fields a");
  f({ kind: "all", logClass: "STANDARD" }, undefined, "SOURCE logGroups() | fields a");
  f(
    { kind: "prefixes", prefixes: ["/aws/", "x"], logClass: "INFREQUENT_ACCESS" },
    undefined,
    "SOURCE logGroups(namePrefix: ['/aws/', 'x'], class: ['INFREQUENT_ACCESS']) | fields a",
  );
});

test("a text that begins with SOURCE chooses its groups itself", () => {
  for (const text of ["SOURCE 'g' | fields a", "  source logGroups()", "# note\n\nSource 'g'"]) {
    assert.ok(choosesGroups(text), text);
    assert.equal(groupsOfQuery(text, { kind: "names", names: ["a"] }).logGroupNames, undefined);
    assert.ok(isChosen({ kind: "names", names: [] }, text));
  }
  for (const text of ["", "fields source", "sources", "fields a # source"]) assert.ok(!choosesGroups(text), text);
});

test("the command for a choice is one that the language reads, whatever the names", () => {
  const f = (choice: GroupChoice) => parseInsights(`${sourceOf(choice)} | fields @message`).source;
  assert.deepEqual(
    f({ kind: "names", names: ["/aws/a-b", "c#d"] })?.names?.map(({ name }) => name),
    ["/aws/a-b", "c#d"],
  );
  assert.deepEqual(
    f({ kind: "prefixes", prefixes: ["it's \\ '] | limit 1"], logClass: "STANDARD" })?.logGroups?.namePrefixes,
    ["it's \\ '] | limit 1"],
  );
});
