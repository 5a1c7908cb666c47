import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSubscription, SubscriptionRefused } from "./compile-subscription.ts";

const scope = { account: "111122223333", region: "eu-west-1" };
const fields = (filterPattern: string, message: string, more = {}) =>
  compileSubscription({ filterPattern, ...more }, scope).match(message)?.extractedFields;
const takes = (filterPattern: string, message: string, more = {}) =>
  compileSubscription({ filterPattern, ...more }, scope).match(message) !== undefined;

test("the pattern says which events go on", () => {
  assert.equal(takes("", "anything"), true);
  assert.equal(takes("ERROR", "ERROR"), true);
  assert.equal(takes("ERROR", "fine"), false);
  assert.equal(takes("%err.r%", "an error"), true);
  assert.equal(takes("%err.r%", "fine"), false);
  assert.equal(takes("{ $.a = 1 }", '{"a": 1}'), true);
  assert.equal(takes("{ $.a = 1 }", '{"a": 2}'), false);
});

test("the fields of a space-delimited pattern go along, by their names or places", () => {
  assert.deepEqual(fields("[ip, user, , status>=400]", "10.0.0.1 ann x 404"), {
    ip: "10.0.0.1",
    user: "ann",
    3: "x",
    status: "404",
  });
  assert.equal(fields("{ $.a = 1 }", '{"a": 1}'), undefined);
  assert.equal(fields("ERROR", "ERROR"), undefined);
});

test("system fields go along where they are asked for, and choose", () => {
  const emitSystemFields = ["@aws.region", "@aws.account"];
  assert.deepEqual(fields("", "x", { emitSystemFields }), {
    "@aws.region": "eu-west-1",
    "@aws.account": "111122223333",
  });
  assert.equal(takes("", "x", { fieldSelectionCriteria: '@aws.region = "us-east-1"' }), false);
  assert.throws(() => takes("", "x", { emitSystemFields: ["@zone"] }), SubscriptionRefused);
  assert.throws(() => takes("", "x", { fieldSelectionCriteria: "nonsense" }), SubscriptionRefused);
});
