import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketPolicy, createExport, type ExportForm, faultsOf } from "./export-form.ts";

const NOW = Date.parse("2026-11-21T09:00:00Z");
const good: ExportForm = {
  range: { kind: "relative", amount: 1, unit: "hour" },
  streamPrefix: "",
  bucket: "archive",
  prefix: "",
};

test("what is typed becomes the call", () => {
  assert.deepEqual(createExport("AccessLogGroup", good, NOW), {
    logGroupName: "AccessLogGroup",
    from: NOW - 3_600_000,
    to: NOW,
    destination: "archive",
  });
  assert.deepEqual(
    createExport(
      "g",
      { range: { kind: "absolute", startMs: 1, endMs: 2 }, streamPrefix: "i-", bucket: " b-1 ", prefix: "x/y" },
      NOW,
    ),
    { logGroupName: "g", from: 1, to: 2, destination: "b-1", logStreamNamePrefix: "i-", destinationPrefix: "x/y" },
  );
});

test("each fault stands at its field", () => {
  assert.deepEqual(faultsOf(good, NOW), {});
  const f = (change: Partial<ExportForm>, field: keyof ExportForm, text: RegExp) =>
    assert.match(faultsOf({ ...good, ...change }, NOW)[field] ?? "", text);
  f({ bucket: "" }, "bucket", /needs a bucket/);
  f({ bucket: "Big Bucket" }, "bucket", /lower case/);
  f({ streamPrefix: "a:b" }, "streamPrefix", /no :/);
  f({ range: { kind: "absolute", startMs: 2, endMs: 1 } }, "range", /before it begins/);
});

test("the bucket's policy lets the service of the region in, for this account alone", () => {
  const policy: { Statement: { Action: string; Resource: string; Principal: object; Condition: object }[] } =
    JSON.parse(bucketPolicy("archive", "eu-west-1", "123456789012"));
  assert.deepEqual(
    policy.Statement.map(({ Action, Resource }) => [Action, Resource]),
    [
      ["s3:GetBucketAcl", "arn:aws:s3:::archive"],
      ["s3:PutObject", "arn:aws:s3:::archive/*"],
    ],
  );
  for (const { Principal, Condition } of policy.Statement) {
    assert.deepEqual(Principal, { Service: "logs.eu-west-1.amazonaws.com" });
    assert.deepEqual(Condition, { StringEquals: { "aws:SourceAccount": "123456789012" } });
  }
});
