import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import {
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketAccelerateConfigurationCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { OTHER, openHouse } from "./s3-house.ts";

const Bucket = "things";
const made = async (client: S3Client, name = Bucket) => {
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return client;
};
const put = (client: S3Client, Key: string, Body: string | Buffer | Readable, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (client: S3Client, Key: string, more: object = {}) => {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
};
const refused = (call: Promise<unknown>, name: string, status: number) =>
  assert.rejects(call, (error: { name: string; $metadata?: { httpStatusCode?: number } }) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status]);
    return true;
  });

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

test("an object is read back with all that was put with it", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  for (const size of [0, 1, 64 * 1024, 64 * 1024 + 1, 3_000_000]) {
    const body = randomBytes(size);
    const md5 = createHash("md5").update(body).digest("hex");
    const headers = {
      ContentType: "text/x-thing",
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      ContentDisposition: 'attachment; filename="a b"',
      CacheControl: "no-store",
      Metadata: { one: "1", "two-three": "x y" },
    };
    assert.equal((await put(client, "k", body, headers)).ETag, `"${md5}"`);
    const answer = await get(client, "k");
    assert.equal(answer.bytes.equals(body), true, `${size} bytes`);
    const { ContentType, ContentEncoding, ContentLanguage, ContentDisposition, CacheControl, Metadata } = answer;
    assert.deepEqual(
      { ContentType, ContentEncoding, ContentLanguage, ContentDisposition, CacheControl, Metadata },
      headers,
    );
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    assert.deepEqual([head.ContentLength, head.ETag, head.Metadata], [size, `"${md5}"`, headers.Metadata]);
  }
});

test("any key is a name and never a path", async (t) => {
  const { client, data } = await openHouse(t);
  await made(client);
  const before = readdirSync(data).sort();
  const keys = [
    "../../state.db",
    "/etc/passwd",
    "//",
    "a/./b",
    "..%2f",
    "%2e%2e/%00",
    "nul\u0000nul",
    "tab\tline\nreturn\r",
    "ü/é",
    "e\u0301",
    "\u{1f600}",
    "A",
    "a",
    " ",
    "+",
    "a+b c",
    "?x=1&y",
    "#",
    "x".repeat(1024),
    "<&>\"'",
  ];
  for (const key of keys) await put(client, key, `of ${key}`);
  for (const key of keys) assert.equal((await get(client, key)).bytes.toString(), `of ${key}`);
  const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(
    listed.Contents?.map(({ Key = "" }) => decodeURIComponent(Key)),
    byBytes,
  );
  assert.deepEqual(readdirSync(data).sort(), before);
  await refused(put(client, "x".repeat(1025), ""), "KeyTooLongError", 400);
  await client.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: byBytes.filter((key) => !/[\0\r]/.test(key)).map((Key) => ({ Key })) },
    }),
  );
  for (const key of ["nul\u0000nul", "tab\tline\nreturn\r"])
    await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
  assert.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});

test("ranges give their part, and 206", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const body = randomBytes(200_000);
  await put(client, "k", body);
  const range = async (Range: string, start: number, end: number) => {
    const answer = await get(client, "k", { Range });
    assert.equal(answer.$metadata.httpStatusCode, 206);
    assert.equal(answer.ContentRange, `bytes ${start}-${end}/200000`);
    assert.equal(answer.bytes.equals(body.subarray(start, end + 1)), true, Range);
  };
  await range("bytes=0-0", 0, 0);
  await range("bytes=10-99999", 10, 99_999);
  await range("bytes=199999-300000", 199_999, 199_999);
  await range("bytes=-5", 199_995, 199_999);
  await range("bytes=5-", 5, 199_999);
  await refused(get(client, "k", { Range: "bytes=200000-" }), "InvalidRange", 416);
  assert.equal((await get(client, "k", { Range: "lines=1-2" })).$metadata.httpStatusCode, 200);
});

test("conditions decide over reads and writes", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const { ETag } = await put(client, "k", "one", { IfNoneMatch: "*" });
  await refused(put(client, "k", "two", { IfNoneMatch: "*" }), "PreconditionFailed", 412);
  await refused(put(client, "k", "two", { IfMatch: '"no"' }), "PreconditionFailed", 412);
  await refused(put(client, "new", "two", { IfMatch: ETag }), "NoSuchKey", 404);
  assert.equal((await get(client, "k", { IfMatch: ETag })).bytes.toString(), "one");
  await refused(get(client, "k", { IfMatch: '"no"' }), "PreconditionFailed", 412);
  await assert.rejects(
    get(client, "k", { IfNoneMatch: ETag }),
    (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 304,
  );
  await refused(get(client, "k", { IfUnmodifiedSince: new Date(0) }), "PreconditionFailed", 412);
  await put(client, "k", "two", { IfMatch: ETag });
  assert.equal((await get(client, "k")).bytes.toString(), "two");
});

test("of puts that race to be the first only one is", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      put(client, "k", randomBytes(i % 2 === 0 ? 10 : 100_000), { IfNoneMatch: "*" }),
    ),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

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

const blobs = (data: string) =>
  readdirSync(join(data, "blobs"), { recursive: true }).filter((name) => String(name).includes("/"));

test("an object that is overwritten or deleted frees its room", async (t) => {
  const { client, data } = await openHouse(t);
  await made(client);
  await put(client, "k", randomBytes(100_000));
  await put(client, "k", randomBytes(200_000));
  await put(client, "gone", randomBytes(200_000));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
  const until = Date.now() + 5_000;
  while (blobs(data).length > 1 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(blobs(data).length, 1);
});

test("listings go page by page in the order of bytes, with groups in one row", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const keys = Array.from({ length: 60 }, (_, i) => [`a/${i}`, `b${i}/x/y`, `\u{1f600}${i}`, `\uffee${i}`]).flat();
  await Promise.all(keys.map((key) => put(client, key, key)));
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const collect = async (more: object) => {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, ...more, ContinuationToken }));
      const rows = [
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      ];
      assert.equal(page.KeyCount, rows.length);
      found.push(...rows.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      ContinuationToken = page.NextContinuationToken;
      assert.equal(page.IsTruncated, ContinuationToken !== undefined);
    } while (ContinuationToken !== undefined);
    return found;
  };
  /** S3's rule, written down a second time: group what has the delimiter after the prefix. */
  const expected = (prefix: string, delimiter: string) => [
    ...new Set(
      sorted
        .filter((key) => key.startsWith(prefix))
        .map((key) => {
          const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
          return at < 0 ? key : key.slice(0, at + delimiter.length);
        }),
    ),
  ];
  for (const MaxKeys of [1, 7, 1000])
    for (const [Prefix, Delimiter] of [
      ["", ""],
      ["", "/"],
      ["a/", "/"],
      ["b1", "/"],
      ["a", ""],
      ["b", "/x/"],
      ["none", "/"],
      ["\u{1f600}", ""],
    ] as const)
      assert.deepEqual(
        await collect({ MaxKeys, Prefix, Delimiter }),
        expected(Prefix, Delimiter),
        `${MaxKeys} ${Prefix} ${Delimiter}`,
      );
  assert.deepEqual(
    await collect({ StartAfter: "b30/x/y" }),
    sorted.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from("b30/x/y")) > 0),
  );
  const old: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new ListObjectsCommand({ Bucket, Marker, MaxKeys: 7, Delimiter: "/" }));
    old.push(
      ...[
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    Marker = page.IsTruncated ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  assert.deepEqual(old, expected("", "/"));
});

test("a copy takes content and metadata, or new metadata", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const body = randomBytes(150_000);
  await put(client, "from here/ü+", body, { Metadata: { a: "1" }, ContentType: "text/x" });
  const CopySource = `${Bucket}/${encodeURIComponent("from here/ü+")}`;
  await client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource }));
  const copy = await get(client, "to");
  assert.deepEqual([copy.bytes.equals(body), copy.Metadata, copy.ContentType], [true, { a: "1" }, "text/x"]);
  await client.send(
    new CopyObjectCommand({ Bucket, Key: "to", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } }),
  );
  assert.deepEqual((await get(client, "to")).Metadata, { b: "2" });
  await refused(
    client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/to` })),
    "InvalidRequest",
    400,
  );
  await refused(
    client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/none` })),
    "NoSuchKey",
    404,
  );
});

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

test("the owner has all rights, and the access list says so", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  await put(client, "k", "v");
  const lists = [
    await client.send(new GetBucketAclCommand({ Bucket })),
    await client.send(new GetObjectAclCommand({ Bucket, Key: "k" })),
  ];
  for (const { Owner, Grants } of lists) {
    assert.deepEqual(Grants, [{ Grantee: { ID: Owner?.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }]);
  }
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

test("an unsigned request is no way in", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await made(client);
  await put(client, "k", "v");
  const status = await new Promise((resolve) =>
    request(`${endpoint}/${Bucket}/k`, (res) => resolve(res.resume().statusCode)).end(),
  );
  assert.notEqual(status, 200);
});
