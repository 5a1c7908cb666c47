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

test("what is secret in one service only is hidden there", () => {
  const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
  const parameter = { Name: "/db/password", Value: "correct horse", Tags: [{ Key: "a", Value: "b" }] };
  assert.deepEqual(redact(parameter, "ssm"), { ...parameter, Value: hidden });
  assert.deepEqual(redact(parameter, "sns"), parameter);
  assert.deepEqual(redact({ Command: { CommandId: "1", Parameters: { commands: ["x"] } } }, "ssm"), {
    Command: { CommandId: "1", Parameters: hidden },
  });
  assert.deepEqual(redact({ ActivationId: "1", ActivationCode: "secret" }, "ssm"), {
    ActivationId: "1",
    ActivationCode: hidden,
  });
});

test("a key that a caller encrypts objects with is not recorded", () => {
  const put = { Bucket: "b", SSECustomerKey: "c2VjcmV0", SSECustomerKeyMD5: "m" };
  assert.deepEqual(redact(put, "s3"), { ...put, SSECustomerKey: "HIDDEN_DUE_TO_SECURITY_REASONS" });
});
