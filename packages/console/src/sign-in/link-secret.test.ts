import assert from "node:assert/strict";
import { test } from "node:test";
import { linkSecret } from "./link-secret.ts";

test("only the link of the first start has a secret", () => {
  assert.equal(linkSecret("#/sign-in?link=iK-h3cX_"), "iK-h3cX_");
  for (const hash of ["", "#/", "#/sign-in", "#/sign-in?link=", "#/logs/groups?link=a"]) {
    assert.equal(linkSecret(hash), undefined, hash);
  }
});
