import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { KEY, serveS3 } from "../../src/services/s3/s3-house.ts";

const Bucket = "narrow";
const DISK_MB = 24;

const mount = (...args: string[]) => execFileSync("mount", args, { stdio: "pipe" });

/** Whether this process may mount, which takes root and a system that lets it. */
const mayMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-s3-mount-"));
  try {
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
})();
const options = mayMount ? {} : { skip: "disks can't be mounted here: that takes root" };

/** A server whose data, or only its larger payloads, are on a small disk. */
async function house(t: TestContext, what: "all" | "payloads") {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-s3-disk-"));
  const disk = what === "all" ? root : join(root, "blobs");
  mkdirSync(disk, { recursive: true });
  mount("-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", disk);
  const served = await serveS3(root);
  const client = new S3Client({
    endpoint: served.endpoint,
    region: "us-east-1",
    credentials: KEY,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  t.after(async () => {
    client.destroy();
    await served.close();
    execFileSync("umount", ["-l", disk]);
    rmSync(root, { recursive: true, force: true });
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  return {
    client,
    clock: served.clock,
    failures: served.failures,
    remount: (how: "ro" | "rw") => mount("-o", `remount,${how}`, disk),
  };
}

const put = (client: S3Client, Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const md5 = (body: Uint8Array) => createHash("md5").update(body).digest("hex");
const get = async (client: S3Client, Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? Buffer.alloc(0);
};
const unavailable = (error: { name: string; message: string; $metadata?: { httpStatusCode?: number } }) => {
  assert.deepEqual([error.name, error.$metadata?.httpStatusCode], ["ServiceUnavailable", 503], error.message);
  assert.match(error.message, /disk|may not grow/);
  assert.match(error.message, /Nothing was changed/);
  return true;
};

for (const size of [60_000, 1_000_000])
  test(
    `a full disk: puts of ${size} bytes are refused as ones to try again, nothing is lost, room is used again`,
    options,
    async (t) => {
      const { client, failures } = await house(t, "all");
      const kept = new Map<string, string>();
      let refused: unknown;
      for (let i = 0; refused === undefined && i < 1_000; i++) {
        const body = randomBytes(size);
        try {
          await put(client, `k${i}`, body);
          kept.set(`k${i}`, md5(body));
        } catch (error) {
          refused = error;
        }
      }
      assert.ok(refused instanceof Error);
      unavailable(refused);
      assert.ok(kept.size * size > (DISK_MB / 3) * 1_000_000, `${kept.size} objects came before the disk was full`);
      // Overwriting is refused too, and leaves what was there.
      await assert.rejects(put(client, "k0", randomBytes(5_000_000)), unavailable);
      const listed =
        (await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key = "" }) => Key) ?? [];
      assert.deepEqual(listed.sort(), [...kept.keys()].sort());
      for (const [key, digest] of kept) assert.equal(md5(await get(client, key)), digest, key);
      assert.deepEqual(failures, []);
      // Deletions find room, and soon after puts do again.
      for (let i = 0; i < 5; i++) await client.send(new DeleteObjectCommand({ Bucket, Key: `k${i}` }));
      for (let i = 0, done = false; !done; i++) {
        const again = await put(client, "again", randomBytes(size)).then(
          () => true,
          (error: unknown) => {
            if (i > 100) throw error;
            return false;
          },
        );
        done = again;
        if (!again) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal((await get(client, "again")).length, size);
    },
  );

test("a part that finds no room is refused, and the upload goes on when there is some", options, async (t) => {
  const { client } = await house(t, "payloads");
  const filler = randomBytes(18_000_000);
  await put(client, "filler", filler);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
  const part = randomBytes(8_000_000);
  const upload = () =>
    client.send(new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: part }));
  await assert.rejects(upload(), unavailable);
  await client.send(new DeleteObjectCommand({ Bucket, Key: "filler" }));
  let ETag: string | undefined;
  for (let i = 0; ETag === undefined; i++) {
    ETag = await upload().then(
      (answer) => answer.ETag,
      async (error: unknown) => {
        if (i > 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return undefined;
      },
    );
  }
  await client.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key: "parts",
      UploadId,
      MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
    }),
  );
  assert.equal(md5(await get(client, "parts")), md5(part));
});

test(
  "a disk that can only be read: large puts are refused, reads go on, and so do puts when it is mended",
  options,
  async (t) => {
    const { client, remount } = await house(t, "payloads");
    const body = randomBytes(1_000_000);
    await put(client, "k", body);
    remount("ro");
    await assert.rejects(put(client, "k", randomBytes(1_000_000)), unavailable);
    assert.equal(md5(await get(client, "k")), md5(body));
    remount("rw");
    const next = randomBytes(1_000_000);
    await put(client, "k", next);
    assert.equal(md5(await get(client, "k")), md5(next));
  },
);
