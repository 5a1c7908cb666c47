import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { openHouse } from "../s3-house.ts";

const Bucket = "versions";
const put = async (client: S3Client, Key: string, Body: string) =>
  (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const read = async (client: S3Client, Key: string, VersionId?: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
const versioning = (client: S3Client, Status: "Enabled" | "Suspended") =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

test("every version is kept, hidden by a marker, and comes back when the marker goes", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
  assert.equal(await put(client, "k", "before"), undefined);
  await versioning(client, "Enabled");
  const one = await put(client, "k", "one");
  const two = await put(client, "k", "two");
  assert.equal(await read(client, "k"), "two");
  assert.equal(await read(client, "k", one), "one");
  assert.equal(await read(client, "k", "null"), "before");
  const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  assert.equal(gone.DeleteMarker, true);
  await assert.rejects(read(client, "k"), { name: "NoSuchKey" });
  assert.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
  const listed = await client.send(new ListObjectVersionsCommand({ Bucket }));
  assert.deepEqual(
    listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    [
      [two, false],
      [one, false],
      ["null", false],
    ],
  );
  assert.deepEqual(
    listed.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    [[gone.VersionId, true]],
  );
  await client.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: gone.VersionId }));
  assert.equal(await read(client, "k"), "two");
  await client.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: two }));
  assert.equal(await read(client, "k"), "one");
});

test("while versioning is suspended the null version is replaced and the others stay", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  await versioning(client, "Enabled");
  const one = await put(client, "k", "one");
  await versioning(client, "Suspended");
  assert.equal(await put(client, "k", "two"), "null");
  assert.equal(await put(client, "k", "three"), "null");
  assert.equal(await read(client, "k"), "three");
  assert.equal(await read(client, "k", one), "one");
  const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  assert.equal(gone.VersionId, "null");
  const listed = await client.send(new ListObjectVersionsCommand({ Bucket }));
  assert.deepEqual([listed.Versions?.map(({ VersionId }) => VersionId), listed.DeleteMarkers?.length], [[one], 1]);
});

test("versions are listed page by page, also within one key", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  await versioning(client, "Enabled");
  const expected: string[] = [];
  for (const key of ["a", "b/1", "c"]) {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await put(client, key, String(i))) ?? "");
    expected.push(...ids.map((id) => `${key} ${id}`));
  }
  for (const MaxKeys of [1, 2, 4, 100]) {
    const found: string[] = [];
    let at: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys, ...at }));
      found.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
      if (!page.IsTruncated) break;
      at = {
        ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
        ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
    assert.deepEqual(found, expected, `${MaxKeys} to a page`);
  }
});

test("objects and buckets have tags", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v", Tagging: "a=1&b=x%20y" }));
  const tags = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key: "k" }))).TagSet;
  assert.deepEqual(await tags(), [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "x y" },
  ]);
  const TagSet = [{ Key: "__proto__", Value: "2" }];
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: "k", Tagging: { TagSet } }));
  assert.deepEqual(await tags(), TagSet);
  await assert.rejects(client.send(new GetBucketTaggingCommand({ Bucket })), { name: "NoSuchTagSet" });
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  assert.deepEqual((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet);
});
