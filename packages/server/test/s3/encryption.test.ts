import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { testAuthority } from "../../src/platform/access/testing.ts";
import { startKms } from "../../src/services/kms/start-kms.ts";
import { type Beside, KEY, OTHER, openHouse } from "../../src/services/s3/s3-house.ts";

const Bucket = "secrets";

const withKms: Beside = ({ state, box, jobs, clock }) => {
  const kms = startKms({ state, box, authority: testAuthority(), jobs, clock });
  return { keys: kms.keys, services: [kms.service] };
};

async function house(t: TestContext) {
  const made = await openHouse(t, {}, withKms);
  await made.client.send(new CreateBucketCommand({ Bucket }));
  const kms = new KMSClient({ endpoint: made.endpoint, region: "us-east-1", credentials: KEY, maxAttempts: 1 });
  t.after(() => kms.destroy());
  return { ...made, kms };
}

const read = async (client: S3Client, Key: string, more: object = {}) => {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
};

const refused = (call: Promise<unknown>, name: string, status: number) =>
  assert.rejects(call, (error: { name: string; $metadata?: { httpStatusCode?: number } }) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status]);
    return true;
  });

/** Whether any file of the data directory has the text. */
function onDisk(data: string, text: string): boolean {
  return readdirSync(data, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text),
  );
}

test("no payload stands readable on the disk, small or large, and keys and metadata of S3 say how it is encrypted", async (t) => {
  const { client, data } = await house(t);
  const mark = "this text must not be found on the disk";
  for (const [Key, size] of [
    ["small", 100],
    ["large", 300_000],
  ] as const) {
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: mark.repeat(size / 30) }));
    assert.equal(put.ServerSideEncryption, "AES256");
    assert.equal((await client.send(new HeadObjectCommand({ Bucket, Key }))).ServerSideEncryption, "AES256");
    assert.equal((await read(client, Key)).bytes.toString(), mark.repeat(size / 30));
  }
  assert.equal(onDisk(data, mark), false);
});

test("a bucket encrypts as its rule says, and goes back to SSE-S3 without one", async (t) => {
  const { client, kms } = await house(t);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const rules = async () =>
    (await client.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration;
  assert.deepEqual((await rules())?.Rules, [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
  ]);
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KeyMetadata?.KeyId },
            BucketKeyEnabled: true,
          },
        ],
      },
    }),
  );
  const put = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }));
  assert.deepEqual(
    [put.ServerSideEncryption, put.SSEKMSKeyId, put.BucketKeyEnabled],
    ["aws:kms", KeyMetadata?.Arn, true],
  );
  assert.notEqual(put.ETag, `"${createHash("md5").update("v").digest("hex")}"`);
  assert.equal((await read(client, "k")).bytes.toString(), "v");
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }));
  const after = await client.send(new PutObjectCommand({ Bucket, Key: "l", Body: "v" }));
  assert.equal(after.ServerSideEncryption, "AES256");
});

test("an object of a key of KMS is unreadable once the key is disabled, or the caller may not decrypt", async (t) => {
  const { client, kms } = await house(t);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId ?? "";
  const put = await client.send(
    new PutObjectCommand({ Bucket, Key: "k", Body: "v", ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyId }),
  );
  assert.equal(put.SSEKMSKeyId, KeyMetadata?.Arn);
  const statement = (effect: string, action: string) => ({
    Effect: effect,
    Principal: { AWS: "*" },
    Action: action,
    Resource: "*",
  });
  await kms.send(
    new PutKeyPolicyCommand({
      KeyId,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [statement("Allow", "kms:*"), statement("Deny", "kms:Decrypt")],
      }),
    }),
  );
  await refused(read(client, "k"), "AccessDenied", 403);
  // Who may only encrypt can still put.
  await client.send(
    new PutObjectCommand({ Bucket, Key: "l", Body: "v", ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyId }),
  );
  await kms.send(
    new PutKeyPolicyCommand({
      KeyId,
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement("Allow", "kms:*")] }),
    }),
  );
  assert.equal((await read(client, "k")).bytes.toString(), "v");
  await kms.send(new DisableKeyCommand({ KeyId }));
  await refused(read(client, "k"), "KMS.DisabledException", 400);
  await refused(
    client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k` })),
    "KMS.DisabledException",
    400,
  );
});

test("S3's own key of KMS is made at its first use", async (t) => {
  const { client } = await house(t);
  const put = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v", ServerSideEncryption: "aws:kms" }));
  assert.match(put.SSEKMSKeyId ?? "", /^arn:aws:kms:us-east-1:111122223333:key\//);
  assert.equal((await read(client, "k")).bytes.toString(), "v");
});

test("an upload in parts is encrypted with one key, in ranges across its parts too", async (t) => {
  const { client, kms, data } = await house(t);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const parts = [randomBytes(5 * 1024 * 1024 + 1), randomBytes(700_000)];
  const { UploadId, ServerSideEncryption } = await client.send(
    new CreateMultipartUploadCommand({
      Bucket,
      Key: "k",
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KeyMetadata?.Arn,
    }),
  );
  assert.equal(ServerSideEncryption, "aws:kms");
  const Parts = [];
  for (const [i, Body] of parts.entries()) {
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key: "k", UploadId, PartNumber: i + 1, Body }));
    Parts.push({ ETag, PartNumber: i + 1 });
  }
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: "k", UploadId, MultipartUpload: { Parts } }));
  const whole = Buffer.concat(parts);
  assert.ok((await read(client, "k")).bytes.equals(whole));
  const [start, end] = [5 * 1024 * 1024 - 300_000, 5 * 1024 * 1024 + 300_000];
  const range = await read(client, "k", { Range: `bytes=${start}-${end}` });
  assert.ok(range.bytes.equals(whole.subarray(start, end + 1)));
  assert.equal(onDisk(data, whole.subarray(1_000, 1_040).toString("latin1")), false);
});

test("an object of the caller's own key opens with that key alone", async (t) => {
  const { client } = await house(t);
  const customer = (key: Buffer) => ({
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  });
  const mine = customer(randomBytes(32));
  const body = randomBytes(200_000);
  const put = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: body, ...mine }));
  assert.equal(put.SSECustomerKeyMD5, mine.SSECustomerKeyMD5);
  assert.ok((await read(client, "k", mine)).bytes.equals(body));
  await refused(read(client, "k"), "InvalidRequest", 400);
  await refused(read(client, "k", customer(randomBytes(32))), "AccessDenied", 403);
  await client.send(new PutObjectCommand({ Bucket, Key: "plain", Body: "v" }));
  await refused(read(client, "plain", mine), "InvalidRequest", 400);
  await client.send(
    new CopyObjectCommand({
      Bucket,
      Key: "copy",
      CopySource: `${Bucket}/k`,
      CopySourceSSECustomerAlgorithm: mine.SSECustomerAlgorithm,
      CopySourceSSECustomerKey: mine.SSECustomerKey,
      CopySourceSSECustomerKeyMD5: mine.SSECustomerKeyMD5,
    }),
  );
  assert.ok((await read(client, "copy")).bytes.equals(body));
});

test("a key of KMS of another account is no key for a caller whom it does not name", async (t) => {
  const { client, kms, another } = await house(t);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const stranger = another({ credentials: OTHER });
  await stranger.send(new CreateBucketCommand({ Bucket: "of-another" }));
  await refused(
    stranger.send(
      new PutObjectCommand({
        Bucket: "of-another",
        Key: "k",
        Body: "v",
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: KeyMetadata?.Arn,
      }),
    ),
    "AccessDenied",
    403,
  );
  await client.send(
    new PutObjectCommand({
      Bucket,
      Key: "k",
      Body: "v",
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KeyMetadata?.Arn,
    }),
  );
});
