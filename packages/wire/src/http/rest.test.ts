import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import type * as Lambda from "@aws-sdk/client-lambda";
import * as S3 from "@aws-sdk/client-s3";
import { clientModel } from "../model/models.harness.ts";
import { service } from "../service.ts";
import { type Harness, send, start } from "./harness.ts";

/** A small store of objects, for which S3's newest client does what it does by default: checksums, trailers, streams. */
const objects = new Map<string, Buffer>();
let harness: Harness;
let client: S3.S3Client;

before(async () => {
  const s3 = service<typeof S3>(clientModel("s3"))(
    {
      async PutObject(input) {
        const chunks: Buffer[] = [];
        for await (const chunk of input.Body ?? []) chunks.push(chunk);
        const body = Buffer.concat(chunks);
        objects.set(`${input.Bucket}/${input.Key}`, body);
        return { ETag: `"${createHash("md5").update(body).digest("hex")}"` };
      },
      async GetObject(input, call) {
        const body = objects.get(`${input.Bucket}/${input.Key}`);
        if (!body) throw call.error("NoSuchKey", "The specified key does not exist.");
        if (input.Key === "breaks") {
          return {
            Body: (async function* () {
              yield body;
              throw new Error("disk gone");
            })(),
          };
        }
        return {
          Body: Readable.from([body]),
          ContentLength: body.length,
          ContentType: "text/plain",
          Metadata: { k: "v" },
        };
      },
      async HeadObject(input, call) {
        const body = objects.get(`${input.Bucket}/${input.Key}`);
        if (!body) throw call.error("NotFound", "Not Found");
        return { ContentLength: body.length, LastModified: new Date(0) };
      },
      async ListObjectsV2(input) {
        return {
          Name: input.Bucket,
          KeyCount: objects.size,
          MaxKeys: input.MaxKeys ?? 1000,
          IsTruncated: false,
          Contents: [...objects.keys()].map((name) => ({
            Key: name.slice(input.Bucket.length + 1),
            Size: objects.get(name)?.length,
          })),
        };
      },
    },
    {},
  );
  const lambda = service<typeof Lambda>(clientModel("lambda"))(
    {
      async GetFunction(input, call) {
        throw call.error("ResourceNotFoundException", `Function not found: ${input.FunctionName}`);
      },
    },
    {},
  );
  harness = await start([s3, lambda], { clock: () => new Date() });
  client = new S3.S3Client({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${harness.port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
});
after(async () => {
  client.destroy();
  await harness.server.close();
});

const key = "with spaces/é+&.txt";

test("an object sent as bytes comes back as it was", async () => {
  await client.send(new S3.PutObjectCommand({ Bucket: "b", Key: key, Body: "hällo" }));
  const got = await client.send(new S3.GetObjectCommand({ Bucket: "b", Key: key }));
  assert.equal(await got.Body?.transformToString(), "hällo");
  assert.equal(got.ContentType, "text/plain");
  assert.deepEqual(got.Metadata, { k: "v" });
});

test("an object sent as a stream, in chunks with a trailing checksum, comes back as it was", async () => {
  const body = "x".repeat(200_000);
  await client.send(
    new S3.PutObjectCommand({
      Bucket: "b",
      Key: "streamed",
      Body: Readable.from([Buffer.from(body)]),
      ContentLength: body.length,
    }),
  );
  assert.equal(objects.get("b/streamed")?.toString(), body);
});

test("HEAD of an object has its length and no body, and of none is 404", async () => {
  const head = await client.send(new S3.HeadObjectCommand({ Bucket: "b", Key: key }));
  assert.equal(head.ContentLength, 6);
  await assert.rejects(client.send(new S3.HeadObjectCommand({ Bucket: "b", Key: "none" })), { name: "NotFound" });
});

test("a missing key is told by its name", async () => {
  await assert.rejects(client.send(new S3.GetObjectCommand({ Bucket: "b", Key: "none" })), {
    name: "NoSuchKey",
    message: "The specified key does not exist.",
  });
});

test("a list is read", async () => {
  const list = await client.send(new S3.ListObjectsV2Command({ Bucket: "b", MaxKeys: 5 }));
  assert.equal(list.MaxKeys, 5);
  assert.ok(list.Contents?.some((object) => object.Key === key && object.Size === 6));
});

test("an object that breaks off is cut off, so that nobody takes it for whole", async () => {
  objects.set("b/breaks", Buffer.from("half"));
  const got = await client.send(new S3.GetObjectCommand({ Bucket: "b", Key: "breaks" }));
  await assert.rejects(async () => got.Body?.transformToString());
  assert.equal(harness.logged.at(-1)?.message, "An answer broke off.");
});

test("S3 has codes of its own for failed authentication", async () => {
  const wrong = (credential: { accessKeyId: string; secret: string }, at = new Date()) =>
    send(harness.port, { service: "s3", method: "GET", path: "/b/k", body: "", credential, at });
  assert.match((await wrong({ accessKeyId: "AKIDTEST", secret: "x" })).body, /<Code>SignatureDoesNotMatch<\/Code>/);
  assert.match(
    (await wrong({ accessKeyId: "NOBODY", secret: "x" })).body,
    /<Code>InvalidAccessKeyId<\/Code><Message>The AWS Access Key Id you provided does not exist in our records\./,
  );
  const late = await wrong({ accessKeyId: "AKIDTEST", secret: "secret" }, new Date(Date.now() - 3_600_000));
  assert.equal(late.status, 403);
  assert.match(
    late.body,
    /<Code>RequestTimeTooSkewed<\/Code><Message>The difference between the request time and the current time is too large\./,
  );
});

test("restJson1 answers an error with its status and type", async () => {
  const reply = await send(harness.port, {
    service: "lambda",
    method: "GET",
    path: "/2015-03-31/functions/f%3A1",
    body: "",
    at: new Date(),
  });
  assert.equal(reply.status, 404);
  assert.equal(reply.headers["x-amzn-errortype"], "ResourceNotFoundException");
  assert.deepEqual(JSON.parse(reply.body), { Message: "Function not found: f:1" });
});

test("a body that is not signed is taken by REST services alone, and then as it comes", async () => {
  const reply = await send(harness.port, {
    service: "s3",
    method: "PUT",
    path: "/b/unsigned",
    headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    body: "signed",
    sent: "sent",
    at: new Date(),
  });
  assert.equal(reply.status, 200);
  assert.equal(objects.get("b/unsigned")?.toString(), "sent");
});
