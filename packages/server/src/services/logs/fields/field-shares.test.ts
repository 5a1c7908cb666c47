import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldShares } from "./field-shares.ts";

const system = ["@ingestionTime", "@log", "@logStream", "@message", "@timestamp"].map((name) => ({
  name,
  percent: 100,
}));

test("no events have no fields", () => {
  assert.deepEqual(fieldShares([]), []);
});

test("events without structure have the system fields", () => {
  assert.deepEqual(fieldShares(["plain", "text"]), system);
});

test("discovered fields follow by how many events have them, then by name", () => {
  const shares = fieldShares(['{"b": 1, "a": {"x": 2}}', '{"b": 1}', "plain"]);
  assert.deepEqual(shares, [...system, { name: "b", percent: 67 }, { name: "a.x", percent: 33 }]);
});

test("a rare field has at least one of a hundred", () => {
  const messages = ['{"rare": 1}', ...Array.from({ length: 999 }, () => "plain")];
  assert.deepEqual(fieldShares(messages).at(-1), { name: "rare", percent: 1 });
});

test("an answer holds at most a thousand fields", () => {
  const messages = Array.from({ length: 20 }, (_, event) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, field) => [`f${event}_${field}`, 1]))),
  );
  assert.equal(fieldShares(messages).length, 1_000);
});
