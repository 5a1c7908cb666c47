import assert from "node:assert/strict";
import { test } from "node:test";
import { redact } from "./redact.ts";

const f = (input: unknown, expected: unknown) => assert.deepEqual(redact(input), expected);

test("secrets are hidden at any depth, tokens that only page are not", () => {
  f(
    { password: "x", a: { SecretAccessKey: "y", sessionToken: "z" } },
    {
      password: "HIDDEN_DUE_TO_SECURITY_REASONS",
      a: { SecretAccessKey: "HIDDEN_DUE_TO_SECURITY_REASONS", sessionToken: "HIDDEN_DUE_TO_SECURITY_REASONS" },
    },
  );
  f({ nextToken: "abc", sequenceToken: "1" }, { nextToken: "abc", sequenceToken: "1" });
});

test("what a record holds is bounded in text, items and depth", () => {
  f("x".repeat(2_000), `${"x".repeat(1_024)}… (2000 characters)`);
  f(
    Array.from({ length: 60 }, () => 1),
    [...Array.from({ length: 50 }, () => 1), "… (60 items)"],
  );
  let deep: unknown = 1;
  for (let i = 0; i < 20; i++) deep = { deep };
  assert.ok(JSON.stringify(redact(deep)).length < 100);
});

test("bytes and streams are named, not recorded", () => {
  f({ body: new Uint8Array(5), stream: (async function* () {})() }, { body: "(5 bytes)", stream: "(stream)" });
});
