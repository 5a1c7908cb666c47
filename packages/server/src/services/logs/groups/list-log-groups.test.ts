import assert from "node:assert/strict";
import { test } from "node:test";
import { namePattern } from "./list-log-groups.ts";

test("a name pattern is a list of prefixes and contained texts", () => {
  const picked = (pattern: string | undefined) => ["/aws/lambda/a", "/app/web", "web/aws"].filter(namePattern(pattern));
  assert.deepEqual(picked(undefined), ["/aws/lambda/a", "/app/web", "web/aws"]);
  assert.deepEqual(picked("aws"), ["/aws/lambda/a", "web/aws"]);
  assert.deepEqual(picked("^/aws"), ["/aws/lambda/a"]);
  assert.deepEqual(picked("^web|lambda"), ["/aws/lambda/a", "web/aws"]);
  assert.deepEqual(picked("a.s"), []);
});
