import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { KEY } from "./s3-house.ts";

const Bucket = "crash";
const ROUNDS = 5;
const WRITERS = 12;
/** Of both kinds: in the index's file, and a file of its own. */
const SIZES = [100, 60_000, 70_000, 400_000];
const PART = 5 * 1024 * 1024;

const md5 = (body: Uint8Array) => createHash("md5").update(body).digest("hex");

async function start(data: string): Promise<{ child: ChildProcess; client: S3Client }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "crash-child.ts"), data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("the server has no output");
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once("line", resolve);
    child.once("exit", () => reject(new Error("the server ended at its start")));
  });
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: KEY,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return { child, client };
}

test("kill -9 during puts and completions loses nothing acknowledged and leaves nothing torn", {
  timeout: 120_000,
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-s3-crash-"));
  let { child, client } = await start(data);
  t.after(() => {
    child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  /** By key: the digests that it may have. The last put that was acknowledged, and those tried since. */
  const may = new Map<string, string[]>();
  let acknowledged = 0;

  const putOne = async (key: string, body: Buffer) => {
    may.set(key, [...(may.get(key) ?? ["none"]), md5(body)]);
    if (body.length < PART) await client.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
    else {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: key }));
      const Parts = await Promise.all(
        [body.subarray(0, PART), body.subarray(PART)].map(async (Body, i) => {
          const { ETag } = await client.send(
            new UploadPartCommand({ Bucket, Key: key, UploadId, PartNumber: i + 1, Body }),
          );
          return { ETag, PartNumber: i + 1 };
        }),
      );
      await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: key, UploadId, MultipartUpload: { Parts } }));
    }
    may.set(key, [md5(body)]);
    acknowledged++;
  };

  for (let round = 0; round < ROUNDS; round++) {
    let dead = false;
    const before = acknowledged;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let i = 0; !dead; i++) {
        const size = writer === 0 ? PART + 1_000 : (SIZES[(writer + i) % SIZES.length] ?? 0);
        try {
          await putOne(`${writer}/${i % 7}`, randomBytes(size));
        } catch (error) {
          if (!dead) throw error;
        }
      }
    });
    while (acknowledged < before + 200) await new Promise((resolve) => setTimeout(resolve, randomInt(5, 30)));
    dead = true;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    await Promise.all(writers);
    client.destroy();
    ({ child, client } = await start(data));
    const listed = await client.send(new ListObjectsV2Command({ Bucket }));
    const present = new Map(listed.Contents?.map(({ Key = "", Size }) => [Key, Size]));
    for (const [key, digests] of may) {
      const answer = present.has(key) ? await client.send(new GetObjectCommand({ Bucket, Key: key })) : undefined;
      const bytes = await answer?.Body?.transformToByteArray();
      const found = bytes === undefined ? "none" : md5(bytes);
      assert.ok(digests.includes(found), `${key} is ${found}, and may be ${digests.join(" or ")}`);
      assert.equal(bytes?.length, present.get(key));
      may.set(key, [found]);
    }
  }
  t.diagnostic(`${acknowledged} acknowledged puts`);
});
