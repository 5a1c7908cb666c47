import assert from "node:assert/strict";
import { test } from "node:test";
import { ec2Form } from "./ec2-form.ts";

test("lists are flat and count from one, absent values are left out", () => {
  assert.deepEqual(
    ec2Form({
      ResourceId: ["vpc-1", "vpc-2"],
      Filter: [{ Name: "tag:Role", Value: ["web"] }],
      MaxAggregationInterval: 60,
      LogGroupName: undefined,
    }),
    [
      ["ResourceId.1", "vpc-1"],
      ["ResourceId.2", "vpc-2"],
      ["Filter.1.Name", "tag:Role"],
      ["Filter.1.Value.1", "web"],
      ["MaxAggregationInterval", "60"],
    ],
  );
});
