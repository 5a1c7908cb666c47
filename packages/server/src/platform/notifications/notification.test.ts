import assert from "node:assert/strict";
import { test } from "node:test";
import { type NotificationTarget, notificationTargets } from "./notification.ts";

const target = (name: string, part: string): NotificationTarget => ({
  name,
  takes: (arn) => arn.includes(part),
  deliver: async () => {},
});

test("the kind of an ARN says which target takes it", () => {
  const targets = notificationTargets();
  assert.equal(targets.of("arn:aws:sns:us-east-1:1:t"), undefined);
  targets.add(target("SNS topic", ":sns:"));
  targets.add(target("Lambda function", ":lambda:"));
  assert.equal(targets.of("arn:aws:lambda:us-east-1:1:function:f")?.name, "Lambda function");
  assert.equal(targets.of("arn:aws:sns:us-east-1:1:t")?.name, "SNS topic");
  assert.deepEqual(targets.names, ["SNS topic", "Lambda function"]);
});
