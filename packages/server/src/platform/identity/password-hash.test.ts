import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, isPassword } from "./password-hash.ts";

test("a hash knows its password, and no other", async () => {
  const hash = await hashPassword("Zürich-2026");
  assert.equal(await isPassword(hash, "Zürich-2026"), true);
  assert.equal(await isPassword(hash, "Zu\u0308rich-2026"), true);
  assert.equal(await isPassword(hash, "zürich-2026"), false);
  assert.equal(await isPassword(hash, ""), false);
  assert.equal(await isPassword("", ""), false);
});

test("equal passwords have different hashes, and none holds the password", async () => {
  const [a, b] = [await hashPassword("secret-secret"), await hashPassword("secret-secret")];
  assert.notEqual(a, b);
  assert.doesNotMatch(a, /secret/);
});
