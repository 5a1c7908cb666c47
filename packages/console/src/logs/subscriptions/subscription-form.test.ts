import assert from "node:assert/strict";
import { test } from "node:test";
import {
  destinationOf,
  EMPTY_FORM,
  FORMATS,
  faultsOf,
  formatOf,
  formOf,
  putSubscription,
  type SubscriptionForm,
} from "./subscription-form.ts";

const good: SubscriptionForm = {
  ...EMPTY_FORM,
  name: "to-search",
  destination: "arn:aws:es:us-east-1:123456789012:domain/logs",
  pattern: "[host, ident, authuser, date, request, status, bytes]",
};

test("what is typed becomes the call, and back", () => {
  const put = putSubscription("AccessLogGroup", { ...good, role: " arn:aws:iam::123456789012:role/r " });
  assert.deepEqual(put, {
    logGroupName: "AccessLogGroup",
    filterName: "to-search",
    filterPattern: good.pattern,
    destinationArn: good.destination,
    distribution: "ByLogStream",
    roleArn: "arn:aws:iam::123456789012:role/r",
  });
  assert.deepEqual(formOf(put), { ...good, role: "arn:aws:iam::123456789012:role/r" });
  assert.equal("roleArn" in putSubscription("g", good), false);
});

test("each fault stands at its field", () => {
  assert.deepEqual(faultsOf(good), {});
  const f = (change: Partial<SubscriptionForm>, field: keyof SubscriptionForm, text: RegExp) =>
    assert.match(faultsOf({ ...good, ...change })[field] ?? "", text);
  f({ name: " " }, "name", /needs a name/);
  f({ name: "a*" }, "name", /no \*/);
  f({ destination: "" }, "destination", /needs a destination/);
  f({ destination: "logs" }, "destination", /is an ARN/);
  f({ destination: "arn:aws:kinesis:us-east-1:123456789012:stream/s" }, "destination", /queue/);
  f({ role: "admin" }, "role", /is an ARN/);
  f({ pattern: "[a, b" }, "pattern", /./);
});

test("destinations are told by what they are", () => {
  const f = (arn: string, kind: string, name: string) => assert.deepEqual(destinationOf(arn), { kind, name });
  f("arn:aws:es:us-east-1:123456789012:domain/logs", "OpenSearch", "logs");
  f("arn:aws:sqs:us-east-1:123456789012:work", "Queue (SQS)", "work");
  f("arn:aws:lambda:us-east-1:123456789012:function:f", "Function (Lambda)", "f");
  f("arn:aws:logs:us-east-1:123456789012:destination:d", "Logs destination", "d");
  assert.equal(destinationOf("arn:aws:firehose:us-east-1:123456789012:deliverystream/x"), undefined);
});

test("the pattern says which format it is, and every format's pattern is one", () => {
  for (const { id, pattern } of FORMATS) {
    assert.equal(faultsOf({ ...good, pattern }).pattern, undefined, id);
    if (id !== "other") assert.equal(formatOf(pattern), id);
  }
  assert.equal(formatOf("ERROR"), "other");
});
