import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { Bucket, blobs, get, made, put, refused } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

test("an object is read back with all that was put with it", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  for (const size of [0, 1, 64 * 1024, 64 * 1024 + 1, 3_000_000]) {
    const body = randomBytes(size);
    const md5 = createHash("md5").update(body).digest("hex");
    const headers = {
      ContentType: "text/x-thing",
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      ContentDisposition: 'attachment; filename="a b"',
      CacheControl: "no-store",
      Metadata: { one: "1", "two-three": "x y" },
    };
    assert.equal((await put(client, "k", body, headers)).ETag, `"${md5}"`);
    const answer = await get(client, "k");
    assert.equal(answer.bytes.equals(body), true, `${size} bytes`);
    const { ContentType, ContentEncoding, ContentLanguage, ContentDisposition, CacheControl, Metadata } = answer;
    assert.deepEqual(
      { ContentType, ContentEncoding, ContentLanguage, ContentDisposition, CacheControl, Metadata },
      headers,
    );
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    assert.deepEqual([head.ContentLength, head.ETag, head.Metadata], [size, `"${md5}"`, headers.Metadata]);
  }
});

test("any key is a name and never a path", async (t) => {
  const { client, data } = await openHouse(t);
  await made(client);
  const before = readdirSync(data).sort();
  const keys = [
    "../../state.db",
    "/etc/passwd",
    "//",
    "a/./b",
    "..%2f",
    "%2e%2e/%00",
    "nul\u0000nul",
    "tab\tline\nreturn\r",
    "ü/é",
    "e\u0301",
    "\u{1f600}",
    "A",
    "a",
    " ",
    "+",
    "a+b c",
    "?x=1&y",
    "#",
    "x".repeat(1024),
    "<&>\"'",
  ];
  for (const key of keys) await put(client, key, `of ${key}`);
  for (const key of keys) assert.equal((await get(client, key)).bytes.toString(), `of ${key}`);
  const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(
    listed.Contents?.map(({ Key = "" }) => decodeURIComponent(Key)),
    byBytes,
  );
  assert.deepEqual(readdirSync(data).sort(), before);
  await refused(put(client, "x".repeat(1025), ""), "KeyTooLongError", 400);
  await client.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: byBytes.filter((key) => !/[\0\r]/.test(key)).map((Key) => ({ Key })) },
    }),
  );
  for (const key of ["nul\u0000nul", "tab\tline\nreturn\r"])
    await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
  assert.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});

test("ranges give their part, and 206", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const body = randomBytes(200_000);
  await put(client, "k", body);
  const range = async (Range: string, start: number, end: number) => {
    const answer = await get(client, "k", { Range });
    assert.equal(answer.$metadata.httpStatusCode, 206);
    assert.equal(answer.ContentRange, `bytes ${start}-${end}/200000`);
    assert.equal(answer.bytes.equals(body.subarray(start, end + 1)), true, Range);
  };
  await range("bytes=0-0", 0, 0);
  await range("bytes=10-99999", 10, 99_999);
  await range("bytes=199999-300000", 199_999, 199_999);
  await range("bytes=-5", 199_995, 199_999);
  await range("bytes=5-", 5, 199_999);
  await refused(get(client, "k", { Range: "bytes=200000-" }), "InvalidRange", 416);
  assert.equal((await get(client, "k", { Range: "lines=1-2" })).$metadata.httpStatusCode, 200);
});

test("an object that is overwritten or deleted frees its room", async (t) => {
  const { client, data } = await openHouse(t);
  await made(client);
  await put(client, "k", randomBytes(100_000));
  await put(client, "k", randomBytes(200_000));
  await put(client, "gone", randomBytes(200_000));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
  const until = Date.now() + 5_000;
  while (blobs(data).length > 1 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(blobs(data).length, 1);
});

test("a copy takes content and metadata, or new metadata", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const body = randomBytes(150_000);
  await put(client, "from here/ü+", body, { Metadata: { a: "1" }, ContentType: "text/x" });
  const CopySource = `${Bucket}/${encodeURIComponent("from here/ü+")}`;
  await client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource }));
  const copy = await get(client, "to");
  assert.deepEqual([copy.bytes.equals(body), copy.Metadata, copy.ContentType], [true, { a: "1" }, "text/x"]);
  await client.send(
    new CopyObjectCommand({ Bucket, Key: "to", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } }),
  );
  assert.deepEqual((await get(client, "to")).Metadata, { b: "2" });
  await refused(
    client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/to` })),
    "InvalidRequest",
    400,
  );
  await refused(
    client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/none` })),
    "NoSuchKey",
    404,
  );
});
