import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketAccelerateConfigurationCommand,
} from "@aws-sdk/client-s3";
import { Bucket, get, made, put, refused } from "../one-bucket.ts";
import { OTHER, openHouse } from "../s3-house.ts";

test("buckets are made, found, listed and deleted when they are empty", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  await made(client, "other.name");
  assert.deepEqual(
    (await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name),
    ["other.name", Bucket],
  );
  assert.equal((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion, "us-east-1");
  assert.equal((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, undefined);
  await put(client, "k", "v");
  await refused(client.send(new DeleteBucketCommand({ Bucket })), "BucketNotEmpty", 409);
  await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await client.send(new DeleteBucketCommand({ Bucket }));
  await refused(client.send(new HeadBucketCommand({ Bucket })), "NotFound", 404);
  await refused(put(client, "k", "v"), "NoSuchBucket", 404);
});

test("a bucket tells the region that it was made for", async (t) => {
  const { client } = await openHouse(t);
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  assert.equal((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, "eu-west-1");
});

test("names that S3 does not take are refused", async (t) => {
  const { client } = await openHouse(t);
  for (const name of ["ab", "Upper", "a..b", "192.168.5.4", "xn--a", "a_b", "-ab", "a".repeat(64)])
    await refused(client.send(new CreateBucketCommand({ Bucket: name })), "InvalidBucketName", 400);
});

test("another account sees nothing of a bucket and can't take its name", async (t) => {
  const { client, another } = await openHouse(t);
  await made(client);
  await put(client, "k", "v");
  const stranger = another({ credentials: OTHER });
  await refused(get(stranger, "k"), "AccessDenied", 403);
  await refused(put(stranger, "k", "mine"), "AccessDenied", 403);
  await refused(stranger.send(new ListObjectsV2Command({ Bucket })), "AccessDenied", 403);
  await refused(made(stranger), "BucketAlreadyExists", 409);
  await made(stranger, "of-another");
  await refused(
    stranger.send(new CopyObjectCommand({ Bucket: "of-another", Key: "k", CopySource: `${Bucket}/k` })),
    "AccessDenied",
    403,
  );
  assert.deepEqual(
    (await stranger.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name),
    ["of-another"],
  );
});

test("a bucket can stand in the host's name", async (t) => {
  const { client, endpoint, another } = await openHouse(t);
  await made(client);
  const { port } = new URL(endpoint);
  const virtual = another({ endpoint: `http://s3.localtest:${port}`, forcePathStyle: false });
  virtual.middlewareStack.add(
    (next) => (args) => {
      // The name that was signed goes to the address that is there.
      Object.assign(args.request as object, { hostname: "127.0.0.1" });
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await put(virtual, "a/b", "by host");
  assert.equal((await get(client, "a/b")).bytes.toString(), "by host");
});

test("what S3 has and Nephoscope has not is refused by name", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  await refused(
    client.send(
      new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration: { Status: "Enabled" } }),
    ),
    "NotImplemented",
    501,
  );
  await refused(put(client, "k", "v", { StorageClass: "GLACIER" }), "NotImplemented", 501);
  await refused(put(client, "k", "v", { ServerSideEncryption: "aws:kms:dsse" }), "NotImplemented", 501);
  await refused(put(client, "k", "v", { ACL: "public-read" }), "AccessControlListNotSupported", 400);
});
