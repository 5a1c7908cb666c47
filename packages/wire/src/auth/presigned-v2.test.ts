import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPresignedV2, readPresignedV2 } from "./presigned-v2.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SIGNED_AT = new Date(1_175_139_000_000);

/** S3 developer guide, "Signing and authenticating REST requests", "Query string request authentication alternative". */
const EXAMPLE =
  "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";

function check(url: string, { method = "GET", now = SIGNED_AT, hostBucket = "johnsmith", headers = {} } = {}) {
  const query = new URLSearchParams(url.split("?")[1]);
  const presigned = readPresignedV2(query);
  assert.ok(presigned);
  checkPresignedV2(presigned, SECRET, { method, url, headers, query, hostBucket }, now);
}

test("AWS's example is good, and nothing else under its signature", () => {
  check(EXAMPLE, { hostBucket: "johnsmith" });
  const refused = (url: string, more: object) =>
    assert.throws(() => check(url, { hostBucket: "johnsmith", ...more }), { name: "SignatureDoesNotMatch" });
  refused(EXAMPLE, { method: "PUT" });
  refused(EXAMPLE, { hostBucket: "other" });
  refused(EXAMPLE.replace("puppy", "kitten"), {});
  refused(EXAMPLE.replace("Expires=1175139620", "Expires=1175139621"), {});
  refused(`${EXAMPLE}&versionId=1`, {});
  refused(EXAMPLE, { headers: { "x-amz-acl": "public-read" } });
});

test("an expired URL is refused as expired", () => {
  assert.throws(() => check(EXAMPLE, { hostBucket: "johnsmith", now: new Date(1_175_139_621_000) }), {
    name: "AccessDenied",
    message: "Request has expired",
  });
});
