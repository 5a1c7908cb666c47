import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** What tests of objects have in common: one bucket, and calls in it. */
export const Bucket = "things";
export const made = async (client: S3Client, name = Bucket) => {
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return client;
};
export const put = (client: S3Client, Key: string, Body: string | Buffer | Readable, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
export const get = async (client: S3Client, Key: string, more: object = {}) => {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
};
export const refused = (call: Promise<unknown>, name: string, status: number) =>
  assert.rejects(call, (error: { name: string; $metadata?: { httpStatusCode?: number } }) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status]);
    return true;
  });
/** Files of larger payloads in a data directory. */
export const blobs = (data: string) =>
  readdirSync(join(data, "blobs"), { recursive: true }).filter((name) => String(name).includes("/"));
