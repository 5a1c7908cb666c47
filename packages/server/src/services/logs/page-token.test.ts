import assert from "node:assert/strict";
import { test } from "node:test";
import { makePageToken, readPageToken } from "./page-token.ts";

const request = { prefix: "a", limit: 5 };

test("a token gives its position back for the same request", () => {
  assert.deepEqual(readPageToken(makePageToken({ after: "b" }, request, 1_000), request, 2_000), { after: "b" });
});

test("a token for another request, an expired one and text that is none are refused", () => {
  const token = makePageToken("b", request, 0);
  assert.equal(readPageToken(token, { prefix: "b", limit: 5 }, 0), undefined);
  assert.equal(readPageToken(token, request, 86_400_001), undefined);
  for (const text of [
    "",
    "nonsense",
    Buffer.from("[1]").toString("base64url"),
    Buffer.from("null").toString("base64url"),
  ]) {
    assert.equal(readPageToken(text, request, 0), undefined);
  }
});
