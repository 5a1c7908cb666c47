import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { openUpstreamS3 } from "../../src/platform/objects/upstream-s3.ts";
import { KEY, nothing, openHouse } from "../../src/services/s3/s3-house.ts";
import { upstreamBlobs } from "../../src/services/s3/store/upstream-blobs.ts";

const Bucket = "far";
/** Longer than any pause of a busy machine. */
const PATIENT_MS = 60_000;
/** What a test waits for three times; a busy machine must stay below it. */
const SHORT_MS = 2_500;
type Mood = "well" | "refuses" | "silent" | "cuts" | "cuts answers";

/** A server of S3 that keeps its larger objects in another one, and somebody between them who spoils it. */
async function house(t: TestContext, idleMs = PATIENT_MS) {
  const far = await openHouse(t);
  await far.client.send(new CreateBucketCommand({ Bucket: "store" }));
  let mood: Mood = "well";
  const between = createServer((req, res) => {
    if (mood === "refuses") {
      req.resume();
      res.writeHead(503).end("<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>");
      return;
    }
    if (mood === "silent") {
      req.resume();
      return;
    }
    if (mood === "cuts") {
      req.once("data", () => req.destroy());
      if (req.method !== "PUT") req.destroy();
      return;
    }
    const { hostname, port } = new URL(far.endpoint);
    const on = request({ hostname, port, method: req.method, path: req.url, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      if (mood === "cuts answers" && req.method === "GET") {
        answer.once("data", (piece: Buffer) => res.write(piece.subarray(0, 10), () => res.destroy()));
      } else answer.pipe(res);
    });
    on.on("error", () => res.destroy());
    req.pipe(on);
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  const upstream = openUpstreamS3({
    endpoint: new URL(`http://127.0.0.1:${(between.address() as AddressInfo).port}`),
    bucket: "store",
    prefix: "nephoscope/",
    region: "us-east-1",
    accessKeyId: KEY.accessKeyId,
    secret: KEY.secretAccessKey,
    idleMs,
    pausesMs: [10],
  });
  const near = await openHouse(t, {}, (parts) => ({ ...nothing(parts), blobs: upstreamBlobs(upstream) }));
  t.after(() => {
    upstream.close();
    between.closeAllConnections();
    between.close();
  });
  await near.client.send(new CreateBucketCommand({ Bucket }));
  const stored = async () =>
    (await far.client.send(new ListObjectsV2Command({ Bucket: "store" }))).Contents?.map(({ Key = "" }) => Key) ?? [];
  return { client: near.client, clock: near.clock, stored, be: (to: Mood) => (mood = to) };
}

const put = (client: S3Client, Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = async (client: S3Client, Key: string, Range?: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

// No file of the machine itself depends on the name of a host here, so the signature holds although a stranger hands it on.
test("larger objects are kept in another S3, sealed, and read back in ranges and parts", async (t) => {
  const { client, stored } = await house(t);
  const body = randomBytes(3_000_000);
  await put(client, "k", body);
  assert.equal((await stored()).length, 1);
  assert.match((await stored())[0] ?? "", /^nephoscope\/blobs\/[0-9a-f]{2}\/[0-9a-f]{32}$/);
  assert.ok((await get(client, "k")).equals(body));
  assert.ok((await get(client, "k", "bytes=1000000-2000000")).equals(body.subarray(1_000_000, 2_000_001)));
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(100_000)];
  const Parts = [];
  for (const [i, Body] of parts.entries()) {
    const { ETag } = await client.send(
      new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: i + 1, Body }),
    );
    Parts.push({ ETag, PartNumber: i + 1 });
  }
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: "parts", UploadId, MultipartUpload: { Parts } }));
  assert.ok((await get(client, "parts")).equals(Buffer.concat(parts)));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "parts" }));
  for (let i = 0; (await stored()).length > 0 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(await stored(), []);
});

for (const mood of ["refuses", "silent", "cuts"] as const)
  test(`an object store that ${mood}: calls are refused as ones to try again, nothing is lost, and it goes on by itself`, async (t) => {
    const { client, be } = await house(t, mood === "silent" ? SHORT_MS : PATIENT_MS);
    const old = randomBytes(1_000_000);
    await put(client, "k", old);
    be(mood);
    const unavailable = (error: { name: string; message: string; $metadata?: { httpStatusCode?: number } }) => {
      assert.deepEqual([error.name, error.$metadata?.httpStatusCode], ["ServiceUnavailable", 503]);
      assert.match(error.message, /^The object store at 127\.0\.0\.1:\d+ /);
      return true;
    };
    await assert.rejects(put(client, "k", randomBytes(1_000_000)), unavailable);
    await assert.rejects(get(client, "k"), unavailable);
    // Small objects and listings need nobody else.
    await put(client, "small", Buffer.from("v"));
    assert.equal((await get(client, "small")).toString(), "v");
    be("well");
    assert.ok((await get(client, "k")).equals(old), "the object that was there is there as it was");
    const next = randomBytes(1_000_000);
    await put(client, "k", next);
    assert.ok((await get(client, "k")).equals(next));
  });

test("an answer that the object store cuts off is no whole object to anybody", async (t) => {
  const { client, be } = await house(t);
  await put(client, "k", randomBytes(1_000_000));
  be("cuts answers");
  await assert.rejects(get(client, "k"));
});
