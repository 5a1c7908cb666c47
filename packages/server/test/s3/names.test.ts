import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { test } from "node:test";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { signRequest } from "@nephoscope/wire";
import { KEY, OTHER, openHouse } from "../../src/services/s3/s3-house.ts";

const Bucket = "names";

/** Keys that would be trouble for whoever made paths of them, or took them for one another. */
const KEYS = [
  "../escape",
  "../../../../../../tmp/escape",
  "a/../b",
  "a/./b",
  "./a",
  "/leading",
  "//two",
  "a//b",
  "trailing/",
  "..",
  ".",
  "...",
  "%2e%2e/escape",
  "%2E%2E%2Fescape",
  "%00",
  "a%20b",
  "a b",
  "a+b",
  "C:\\windows\\system32",
  "..\\..\\escape",
  "file",
  "FILE",
  "File",
  "é",
  "e\u0301",
  "\u212b",
  "\u00c5",
  "ﬁle",
  "ı",
  "i",
  "I",
  "\u202egnp.exe",
  "\u200bfile",
  "😀",
  "\u{10ffff}",
  "'; DROP TABLE objects; --",
  "<script>alert(1)</script>",
  "\u0024{aws:username}",
  "*",
  "?versionId=null",
  "#fragment",
  "x".repeat(1_024),
];

test("every key is itself alone: none is taken for another, and none is a path", async (t) => {
  const { client, data } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  const before = readdirSync(data, { recursive: true }).length;
  for (const [i, Key] of KEYS.entries()) {
    const put = new PutObjectCommand({ Bucket, Key, Body: `content ${i}` });
    await client.send(put);
  }
  for (const [i, Key] of KEYS.entries()) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body?.transformToString(), `content ${i}`, Key);
  }
  const listed = (await client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }))).Contents ?? [];
  assert.deepEqual(listed.map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " "))).sort(), [...KEYS].sort());
  assert.ok(readdirSync(data, { recursive: true }).length <= before + 1, "no file came with these keys");
  for (const [i, Key] of KEYS.entries()) {
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: `copy ${i}`, CopySource }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  }
  assert.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, KEYS.length);
});

/** A path as it is, which no client would send. */
async function raw(endpoint: string, method: string, path: string, key = KEY): Promise<string> {
  const { host, hostname, port } = new URL(endpoint);
  const headers = signRequest(
    { method, path, headers: { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }, body: "" },
    { accessKeyId: key.accessKeyId, secret: key.secretAccessKey },
    { region: "us-east-1", service: "s3" },
    new Date(),
  );
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      answer.on("end", () => resolve(`${answer.statusCode} ${/<Code>(\w+)/.exec(text)?.[1] ?? text}`));
    });
    sent.on("error", reject).end();
  });
}

test("a policy for a folder lets nobody climb out of it, however the path is written", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: "secret", Body: "secret" }));
  await client.send(new PutObjectCommand({ Bucket, Key: "open/k", Body: "open" }));
  const statement = {
    Effect: "Allow",
    Principal: { AWS: "444455556666" },
    Action: "s3:*",
    Resource: `arn:aws:s3:::${Bucket}/open/*`,
  };
  await client.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) }),
  );
  assert.equal(await raw(endpoint, "GET", `/${Bucket}/open/k`, OTHER), "200 open");
  for (const path of [
    "open/../secret",
    "open/%2e%2e/secret",
    "open/%2E%2E%2Fsecret",
    "open/..%2fsecret",
    "open/.%2e/secret",
    "open/%252e%252e/secret",
    "open/%00/../../secret",
    "open/../open/../secret",
    "open//../secret",
    "open/..;/secret",
    "open\\..\\secret",
    "Open/k",
    "OPEN/k",
    "%6fpen%2f..%2fsecret",
    "secret",
    "secret%00open/",
    "open/\u0000".replace("\u0000", "%00"),
  ]) {
    const answer = await raw(endpoint, "GET", `/${Bucket}/${path}`, OTHER);
    assert.match(answer, /^(403 AccessDenied|404 \w+|400 \w+)$/, path);
    assert.doesNotMatch(answer, /secret$/, path);
  }
});

test("names of buckets in other forms are other buckets", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }));
  assert.equal(await raw(endpoint, "GET", "/%6eames/k"), "200 v");
  for (const path of [
    "/NAMES/k",
    "/Names/k",
    "/names%00/k",
    "/names%2fk",
    "/./names/k",
    "/../names/k",
    "/name%73%20/k",
  ])
    assert.match(await raw(endpoint, "GET", path), /^(404|400|403|405) \w+$/, path);
  for (const name of ["..", "a%2fb", "a%00b", "n%C3%A4mes", "names%20"])
    assert.equal(await raw(endpoint, "PUT", `/${name}`), "400 InvalidBucketName", name);
});
