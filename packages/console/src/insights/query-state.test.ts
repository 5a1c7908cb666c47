import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_QUERY, DEFAULT_STATE, type QueryState, readQueryState, writeQueryState } from "./query-state.ts";

const address = (state: QueryState) => {
  const values = new URLSearchParams();
  for (const [name, value] of Object.entries(writeQueryState(state))) if (value !== undefined) values.set(name, value);
  return new URLSearchParams(values.toString());
};

test("a query comes back from its address as it was", () => {
  const range = { kind: "relative", amount: 3, unit: "day" } as const;
  const f = (state: QueryState) => assert.deepEqual(readQueryState(address(state)), state);
  f(DEFAULT_STATE);
  f({ query: "fields a", groups: { kind: "names", names: [] }, range });
  f({ query: "fields a", groups: { kind: "prefixes", prefixes: [], logClass: "STANDARD" }, range });
  f({ query: "filter a = 'ü & # % + =' \n| limit 5", groups: { kind: "names", names: ["/aws/x", "b#c"] }, range });
  f({
    query: "fields a",
    groups: { kind: "prefixes", prefixes: ["/aws/", "x"], logClass: "INFREQUENT_ACCESS" },
    range,
  });
  f({ query: "fields a", groups: { kind: "all", logClass: "STANDARD" }, range });
  f({
    query: "x".repeat(10_000),
    groups: { kind: "names", names: ["a"] },
    range: { kind: "absolute", startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2026, 0, 2) },
  });
});

test("an address without any of it, or with nonsense, is that of a new query", () => {
  assert.deepEqual(readQueryState(new URLSearchParams()), DEFAULT_STATE);
  const nonsense = readQueryState(new URLSearchParams({ range: "yesterday", class: "DELIVERY", groups: ",,a,a," }));
  assert.deepEqual(nonsense, { ...DEFAULT_STATE, groups: { kind: "names", names: ["a"] } });
  assert.equal(nonsense.query, DEFAULT_QUERY);
});

test("no more groups are taken than a query may name", () => {
  const names = Array.from({ length: 80 }, (_, index) => `g${index}`).join(",");
  const { groups } = readQueryState(new URLSearchParams({ groups: names }));
  assert.equal(groups.kind === "names" && groups.names.length, 50);
});
