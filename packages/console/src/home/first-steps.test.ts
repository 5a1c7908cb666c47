import assert from "node:assert/strict";
import { test } from "node:test";
import { firstSteps } from "./first-steps.ts";

test("the commands hold this server's own address and region, and no secret", () => {
  const [first] = firstSteps("http://127.0.0.1:4580", "eu-central-1");
  assert.match(first?.command ?? "", /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:4580$/m);
  assert.match(first?.command ?? "", /AWS_DEFAULT_REGION=eu-central-1/);
  assert.match(first?.command ?? "", /SECRET_ACCESS_KEY=…/);
});
