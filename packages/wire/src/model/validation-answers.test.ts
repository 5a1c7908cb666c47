import assert from "node:assert/strict";
import { test } from "node:test";
import { validationAnswer } from "./validation-answers.ts";

const tooLong = (member: string) =>
  `Value 'aaa' at '${member}' failed to satisfy constraint: Member must have length less than or equal to 512`;

test("CloudWatch Logs has a text of its own for names that are too long, and only for those", () => {
  const { ownText } = validationAnswer("cloudwatch-logs");
  assert.equal(
    ownText?.([tooLong("logGroupName")]),
    "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
  );
  assert.equal(ownText?.([tooLong("logGroupName"), tooLong("kmsKeyId")]), undefined);
});

test("services have codes of their own, others the common one", () => {
  assert.equal(validationAnswer("sts").code, "ValidationError");
  assert.equal(validationAnswer("kms").code, "ValidationException");
});
