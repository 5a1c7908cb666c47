import assert from "node:assert/strict";
import { test } from "node:test";
import { queryForm } from "./query-form.ts";

test("structures, lists and maps get AWS's names of the Query protocol", () => {
  const input = {
    TopicArn: "arn:a",
    Absent: undefined,
    Names: ["x", "y"],
    Attributes: new Map([["Policy", "{}"]]),
    Tags: [{ Key: "k", Value: "v" }],
    Flag: true,
  };
  assert.deepEqual(queryForm(input), [
    ["TopicArn", "arn:a"],
    ["Names.member.1", "x"],
    ["Names.member.2", "y"],
    ["Attributes.entry.1.key", "Policy"],
    ["Attributes.entry.1.value", "{}"],
    ["Tags.member.1.Key", "k"],
    ["Tags.member.1.Value", "v"],
    ["Flag", "true"],
  ]);
});
