import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex, signature, signingKey } from "./canonical.ts";

/** AWS's published test suite for Signature Version 4 (aws-sig-v4-test-suite), with the credentials it uses. */
const SUITE = {
  secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  time: "20150830T123600Z",
  scope: { date: "20150830", region: "us-east-1", service: "service" },
};

const suite = (
  name: string,
  request: { method: string; url: string; headers?: string[]; signed?: string[]; body?: string },
  expected: string,
) =>
  test(`aws-sig-v4-test-suite: ${name}`, () => {
    const rawHeaders = ["Host", "example.amazonaws.com", ...(request.headers ?? []), "X-Amz-Date", SUITE.time];
    const signedHeaders = request.signed ?? ["host", "x-amz-date"];
    const payloadHash = sha256Hex(request.body ?? "");
    const key = signingKey(SUITE.secret, SUITE.scope);
    assert.equal(
      signature(key, SUITE.time, SUITE.scope, {
        method: request.method,
        url: request.url,
        rawHeaders,
        signedHeaders,
        payloadHash,
      }),
      expected,
    );
  });

suite("get-vanilla", { method: "GET", url: "/" }, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
suite("post-vanilla", { method: "POST", url: "/" }, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
suite(
  "get-vanilla-query-order-key-case",
  { method: "GET", url: "/?Param2=value2&Param1=value1" },
  "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
);
suite(
  "get-unreserved",
  { method: "GET", url: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" },
  "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
);
suite("get-utf8", { method: "GET", url: "/ሴ" }, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
suite(
  "get-relative",
  { method: "GET", url: "/example/.." },
  "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
);
suite(
  "get-slashes",
  { method: "GET", url: "//example//" },
  "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
);
suite(
  "get-header-value-trim",
  {
    method: "GET",
    url: "/",
    headers: ["My-Header1", " value1", "My-Header2", ' "a   b   c"'],
    signed: ["host", "my-header1", "my-header2", "x-amz-date"],
  },
  "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
);
suite(
  "get-header-key-duplicate",
  {
    method: "GET",
    url: "/",
    headers: ["My-Header1", "value2", "My-Header1", "value2", "My-Header1", "value1"],
    signed: ["host", "my-header1", "x-amz-date"],
  },
  "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
);
suite(
  "post-x-www-form-urlencoded",
  {
    method: "POST",
    url: "/",
    headers: ["Content-Type", "application/x-www-form-urlencoded"],
    signed: ["content-type", "host", "x-amz-date"],
    body: "Param1=value1",
  },
  "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
);

/** The examples in S3's documentation of "Signature calculations for the authorization header". */
const S3 = {
  secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  time: "20130524T000000Z",
  scope: { date: "20130524", region: "us-east-1", service: "s3" },
};
const HOST = ["Host", "examplebucket.s3.amazonaws.com"];

const example = (
  name: string,
  request: { method: string; url: string; headers: string[]; payloadHash: string },
  expected: string,
) =>
  test(`S3 documentation: ${name}`, () => {
    const rawHeaders = [...HOST, ...request.headers];
    const signedHeaders = rawHeaders
      .filter((_text, index) => index % 2 === 0)
      .map((header) => header.toLowerCase())
      .sort();
    assert.equal(
      signature(signingKey(S3.secret, S3.scope), S3.time, S3.scope, { ...request, rawHeaders, signedHeaders }),
      expected,
    );
  });

const EMPTY = sha256Hex("");
const put = sha256Hex("Welcome to Amazon S3.");
const dated = (hash: string) => ["x-amz-content-sha256", hash, "x-amz-date", S3.time];

example(
  "GET object",
  { method: "GET", url: "/test.txt", headers: ["Range", "bytes=0-9", ...dated(EMPTY)], payloadHash: EMPTY },
  "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
);
example(
  "PUT object with a key that needs encoding",
  {
    method: "PUT",
    url: "/test$file.text",
    headers: ["Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY", ...dated(put)],
    payloadHash: put,
  },
  "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
);
example(
  "GET bucket lifecycle",
  { method: "GET", url: "/?lifecycle", headers: dated(EMPTY), payloadHash: EMPTY },
  "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
);
example(
  "list objects",
  { method: "GET", url: "/?max-keys=2&prefix=J", headers: dated(EMPTY), payloadHash: EMPTY },
  "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
);
example(
  "presigned URL",
  {
    method: "GET",
    url: "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    headers: [],
    payloadHash: "UNSIGNED-PAYLOAD",
  },
  "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
);
