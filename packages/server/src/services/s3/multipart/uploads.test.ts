import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Bucket, get, made, put, refused } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

const PART = 5 * 1024 * 1024;

test("an upload in parts becomes one object when it is completed, and not before", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const whole = randomBytes(2 * PART + 10);
  await put(client, "source", whole);
  for (const algorithm of [undefined, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key: "k",
        ContentType: "text/x",
        ...(algorithm && { ChecksumAlgorithm: algorithm }),
      }),
    );
    const upload = { Bucket, Key: "k", UploadId };
    const part = (PartNumber: number, Body: Buffer) =>
      client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body, ...(algorithm && { ChecksumAlgorithm: algorithm }) }),
      );
    await part(1, randomBytes(10));
    const { CopyPartResult: copied } = await client.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: `bytes=0-${PART - 1}`,
      }),
    );
    const two = await part(2, whole.subarray(PART, 2 * PART));
    const three = await part(7, whole.subarray(2 * PART));
    await part(9, randomBytes(100));
    if (algorithm === undefined) await refused(get(client, "k"), "NoSuchKey", 404);
    assert.deepEqual(
      (await client.send(new ListPartsCommand({ ...upload, MaxParts: 3 }))).Parts?.map(({ PartNumber, Size }) => [
        PartNumber,
        Size,
      ]),
      [
        [1, PART],
        [2, PART],
        [7, 10],
      ],
    );
    assert.equal((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.[0]?.UploadId, UploadId);
    const name = `Checksum${algorithm ?? "CRC32"}` as const;
    const Parts = [
      { PartNumber: 1, ETag: copied?.ETag, [name]: copied?.[name] },
      { PartNumber: 2, ETag: two.ETag, [name]: two[name] },
      { PartNumber: 7, ETag: three.ETag, [name]: three[name] },
    ];
    await refused(
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: Parts.toReversed() } })),
      "InvalidPartOrder",
      400,
    );
    await refused(
      client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 3, ETag: "x" }] } }),
      ),
      "InvalidPart",
      400,
    );
    const done = await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const md5s = [whole.subarray(0, PART), whole.subarray(PART, 2 * PART), whole.subarray(2 * PART)].map((piece) =>
      createHash("md5").update(piece).digest(),
    );
    assert.equal(done.ETag, `"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-3"`);
    const answer = await get(client, "k");
    assert.equal(answer.bytes.equals(whole), true);
    assert.equal(answer.ContentType, "text/x");
    assert.equal(
      (await get(client, "k", { Range: `bytes=${PART - 3}-${2 * PART + 2}` })).bytes.equals(
        whole.subarray(PART - 3, 2 * PART + 3),
      ),
      true,
    );
    const second = await get(client, "k", { PartNumber: 2 });
    assert.deepEqual([second.bytes.length, second.PartsCount], [PART, 3]);
    if (algorithm === "CRC64NVME")
      assert.equal(
        done.ChecksumCRC64NVME,
        (await put(client, "w", whole, { ChecksumAlgorithm: "CRC64NVME" })).ChecksumCRC64NVME,
      );
    if (algorithm === "SHA256") {
      const sums = [whole.subarray(0, PART), whole.subarray(PART, 2 * PART), whole.subarray(2 * PART)].map((piece) =>
        createHash("sha256").update(piece).digest(),
      );
      assert.equal(done.ChecksumSHA256, `${createHash("sha256").update(Buffer.concat(sums)).digest("base64")}-3`);
    }
    await refused(client.send(new ListPartsCommand(upload)), "NoSuchUpload", 404);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  }
});
