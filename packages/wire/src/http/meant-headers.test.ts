import assert from "node:assert/strict";
import { test } from "node:test";
import { meantHeaders } from "./meant-headers.ts";

const SIGNED = "X-Amz-Signature=0&X-Amz-Date=20261121T000000Z&X-Amz-Security-Token=t";
const meant = (query: string, headers: Record<string, string>, expected: Record<string, string>) =>
  assert.deepEqual(meantHeaders(headers, new URLSearchParams(query)), expected);

test("headers of AWS's own are taken from a presigned address", () => {
  meant(
    `${SIGNED}&x-amz-acl=private&X-Amz-Meta-One=1`,
    { host: "h" },
    { host: "h", "x-amz-acl": "private", "x-amz-meta-one": "1" },
  );
  meant(`${SIGNED}&x-amz-meta-one=%C3%BC`, {}, { "x-amz-meta-one": "\u00c3\u00bc" });
  meant("AWSAccessKeyId=a&Expires=1&Signature=s&x-amz-acl=private", {}, { "x-amz-acl": "private" });
});

test("a header that was sent goes before", () => {
  meant(`${SIGNED}&x-amz-acl=private`, { "x-amz-acl": "public-read" }, { "x-amz-acl": "public-read" });
});

test("neither the signature's own fields nor others become headers, and none do where nothing is signed", () => {
  meant(`${SIGNED}&content-type=text/html&range=bytes=0-1`, {}, {});
  meant("x-amz-acl=private", {}, {});
});
