import assert from "node:assert/strict";
import { test } from "node:test";
import { groupNameFault } from "./group-name.ts";

test("names that CreateLogGroup takes are good, others are told why", () => {
  for (const name of ["a", "/aws/lambda/f", "A.b-c_d/e#f", "x".repeat(512)])
    assert.equal(groupNameFault(name), undefined);
  for (const name of ["", "a b", "ä", "x".repeat(513), "aws/mine", "a:b"])
    assert.notEqual(groupNameFault(name), undefined);
});
