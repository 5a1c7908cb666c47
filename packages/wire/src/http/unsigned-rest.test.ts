import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { type TestContext, test } from "node:test";
import type * as S3 from "@aws-sdk/client-s3";
import { loadModel } from "../model/load.ts";
import { service } from "../service.ts";
import { CREDENTIAL, NOW, start } from "./harness.ts";

/** A store that gives who asks, and what was put. */
async function open(t: TestContext) {
  const s3 = service<typeof S3>(loadModel("s3"))(
    {
      async GetObject(input, call) {
        return { Body: Buffer.from(`${call.principal.type} ${call.account} ${input.Bucket} ${input.Key}`) };
      },
      async PutObject(input) {
        const chunks: Buffer[] = [];
        for await (const chunk of input.Body ?? []) chunks.push(chunk);
        return { ETag: `"${Buffer.concat(chunks)}"` };
      },
      async ListBuckets() {
        return { Buckets: [] };
      },
    },
    {},
  );
  const harness = await start([s3], {
    unsigned: (name) =>
      name === "s3"
        ? {
            account: "",
            region: "us-east-1",
            principal: { type: "Anonymous", arn: "", principalId: "" },
            operations: new Set(["GetObject", "PutObject"]),
          }
        : undefined,
    unsignedRest: (req) => (req.url?.startsWith("/open") ? "s3" : undefined),
    before: (req, res) => {
      if (req.headers.origin !== undefined) res.setHeader("access-control-allow-origin", "*");
    },
  });
  t.after(() => harness.server.close());
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`http://127.0.0.1:${harness.port}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, text: /<Code>(\w+)/.exec(text)?.[1] ?? text, headers: answer.headers };
  };
  return { ...harness, ask };
}

test("an unsigned request is its service's where somebody says so, and its caller is nobody", async (t) => {
  const { ask, records } = await open(t);
  const { status, text } = await ask("/open/a%20b");
  assert.deepEqual([status, text], [200, "Anonymous  open a b"]);
  assert.deepEqual(
    [records[0]?.operation, records[0]?.principal?.type, records[0]?.accessKeyId],
    ["GetObject", "Anonymous", undefined],
  );
  assert.equal((await ask("/closed/k")).status, 404);
});

test("operations that take no unsigned calls are refused as unsigned", async (t) => {
  const { ask } = await open(t);
  assert.deepEqual(await ask("/open?policy").then(({ status, text }) => [status, text]), [403, "AccessDenied"]);
});

test("a payload without signature is held against the digest that its head gives", async (t) => {
  const { ask } = await open(t);
  const put = (digest: string | undefined) =>
    ask("/open/k", {
      method: "PUT",
      body: "sent",
      headers: digest === undefined ? {} : { "x-amz-content-sha256": digest },
    });
  const right = createHash("sha256").update("sent").digest("hex");
  assert.equal((await put(undefined)).headers.get("etag"), '"sent"');
  assert.equal((await put(right)).headers.get("etag"), '"sent"');
  assert.equal((await put(right.replace(/^./, (c) => (c === "0" ? "1" : "0")))).text, "XAmzContentSHA256Mismatch");
  assert.equal((await put("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")).text, "AccessDenied");
});

test("headers that are set before stand on answers and refusals alike", async (t) => {
  const { ask } = await open(t);
  for (const path of ["/open/k", "/open?policy"]) {
    const { headers } = await ask(path, { headers: { origin: "https://a.example" } });
    assert.equal(headers.get("access-control-allow-origin"), "*");
  }
});

test("a URL that was presigned with version 2 is its signer's call", async (t) => {
  const { ask, records } = await open(t);
  const expires = NOW.getTime() / 1000 + 60;
  const signature = createHmac("sha1", CREDENTIAL.secret).update(`GET\n\n\n${expires}\n/any/k`).digest("base64");
  const url = (given: string, until = expires) =>
    `/any/k?${new URLSearchParams({ AWSAccessKeyId: CREDENTIAL.accessKeyId, Signature: given, Expires: String(until) })}`;
  assert.equal((await ask(url(signature))).text, "IAMUser 123456789012 any k");
  assert.equal(records[0]?.accessKeyId, CREDENTIAL.accessKeyId);
  assert.equal((await ask(url(`A${signature.slice(1)}`))).text, "SignatureDoesNotMatch");
  assert.equal((await ask(url(signature, expires - 120))).text, "AccessDenied");
  assert.equal((await ask(url(signature).replace(CREDENTIAL.accessKeyId, "AKIDOTHER"))).text, "InvalidAccessKeyId");
});
