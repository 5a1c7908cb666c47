import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { openHouse } from "../s3-house.ts";

const Bucket = "uploads";

test("lib-storage uploads a stream of unknown length in parts", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  const pieces = Array.from({ length: 13 }, () => randomBytes(1_000_003));
  const upload = new Upload({ client, params: { Bucket, Key: "k", Body: Readable.from(pieces) } });
  assert.match((await upload.done()).ETag ?? "", /-3"$/);
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "k" }));
  assert.equal(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(Buffer.concat(pieces)), true);
});

test("an upload whose source fails leaves nothing", async (t) => {
  const { client } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  const broken = Readable.from(
    (async function* () {
      for (let i = 0; i < 12; i++) yield randomBytes(1_000_000);
      throw new Error("source broke");
    })(),
  );
  await assert.rejects(new Upload({ client, params: { Bucket, Key: "k", Body: broken } }).done(), /source broke/);
  await assert.rejects(client.send(new GetObjectCommand({ Bucket, Key: "k" })), { name: "NoSuchKey" });
  assert.equal((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads, undefined);
});
