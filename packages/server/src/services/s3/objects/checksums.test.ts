import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import { ChecksumAlgorithm, HeadObjectCommand } from "@aws-sdk/client-s3";
import { Bucket, blobs, get, made, put, refused } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

test("checksums of every algorithm are checked, kept and told", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const body = randomBytes(100_000);
  for (const algorithm of [
    ChecksumAlgorithm.CRC32,
    ChecksumAlgorithm.CRC32C,
    ChecksumAlgorithm.CRC64NVME,
    ChecksumAlgorithm.SHA1,
    ChecksumAlgorithm.SHA256,
  ]) {
    // A buffer carries it in a header, a stream in a trailer.
    for (const Body of [body, Readable.from([body.subarray(0, 70_000), body.subarray(70_000)])]) {
      const answer = await put(client, "k", Body, { ChecksumAlgorithm: algorithm, ContentLength: body.length });
      const name = `Checksum${algorithm}` as const;
      assert.notEqual(answer[name], undefined);
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" }));
      assert.deepEqual([head[name], head.ChecksumType], [answer[name], "FULL_OBJECT"]);
      assert.equal((await get(client, "k", { ChecksumMode: "ENABLED" })).bytes.equals(body), true);
    }
  }
  assert.equal(
    (await put(client, "sha", body, { ChecksumAlgorithm: "SHA256" })).ChecksumSHA256,
    createHash("sha256").update(body).digest("base64"),
  );
});

test("a payload that is not what its sender says leaves the old object and no remains", async (t) => {
  const { client, data } = await openHouse(t);
  await made(client);
  await put(client, "k", "old");
  const body = randomBytes(100_000);
  await refused(
    put(client, "k", body, { ContentMD5: createHash("md5").update("other").digest("base64") }),
    "BadDigest",
    400,
  );
  await refused(put(client, "k", body, { ContentMD5: "short" }), "InvalidDigest", 400);
  await refused(
    put(client, "k", body, { ChecksumSHA256: createHash("sha256").update("x").digest("base64") }),
    "BadDigest",
    400,
  );
  assert.equal((await get(client, "k")).bytes.toString(), "old");
  assert.deepEqual(blobs(data), []);
});
