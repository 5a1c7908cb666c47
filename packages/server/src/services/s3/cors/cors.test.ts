import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
} from "@aws-sdk/client-s3";
import { openHouse } from "../s3-house.ts";

const Bucket = "shared";

test("browsers are told what a bucket's rules allow, before and with a request", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  const ask = async (method: string, headers: Record<string, string>) => {
    const answer = await fetch(`${endpoint}/${Bucket}/k`, {
      method,
      headers: { origin: "https://a.example", ...headers },
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const preflight = {
    "access-control-request-method": "PUT",
    "access-control-request-headers": "X-Amz-Date,content-type",
  };
  assert.match((await ask("OPTIONS", preflight)).text, /CORS is not enabled for this bucket/);
  const CORSRules = [
    {
      AllowedOrigins: ["https://*.example"],
      AllowedMethods: ["PUT", "GET"],
      AllowedHeaders: ["*"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 60,
    },
  ];
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  assert.deepEqual((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, CORSRules);
  const allowed = await ask("OPTIONS", preflight);
  assert.equal(allowed.status, 200);
  const of = (name: string) => allowed.headers.get(`access-control-${name}`);
  assert.deepEqual(
    [of("allow-origin"), of("allow-methods"), of("allow-headers"), of("expose-headers"), of("max-age")],
    ["https://a.example", "PUT, GET", "x-amz-date, content-type", "ETag", "60"],
  );
  assert.equal((await ask("OPTIONS", { ...preflight, "access-control-request-method": "DELETE" })).status, 403);
  assert.equal((await ask("OPTIONS", { ...preflight, origin: "https://a.evil" })).status, 403);
  // Also a refusal can be read by the page.
  const refused = await ask("GET", {});
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get("access-control-allow-origin"), "https://a.example");
  assert.equal((await ask("GET", { origin: "https://a.evil" })).headers.get("access-control-allow-origin"), null);
  await client.send(new DeleteBucketCorsCommand({ Bucket }));
  assert.equal((await ask("OPTIONS", preflight)).status, 403);
});

test("rules that S3 would not take are refused", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  const put = (AllowedOrigins: string[], AllowedMethods: string[]) =>
    client.send(
      new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [{ AllowedOrigins, AllowedMethods }] } }),
    );
  await assert.rejects(put(["*"], ["PATCH"]), { name: "InvalidRequest" });
  await assert.rejects(put(["https://*.*"], ["GET"]), { name: "InvalidRequest" });
  await assert.rejects(client.send(new GetBucketCorsCommand({ Bucket })), { name: "NoSuchCORSConfiguration" });
});
