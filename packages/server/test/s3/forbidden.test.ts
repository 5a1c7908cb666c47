import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { type TestContext, test } from "node:test";
import * as S3 from "@aws-sdk/client-s3";
import { signRequest } from "@nephoscope/wire";
import { canonicalId } from "../../src/services/s3/access/acl.ts";
import { ACCOUNT, KEY, OTHER, openHouse } from "../../src/services/s3/s3-house.ts";

const Bucket = "locked";
const SECRET = "the content that nobody else may see";
/** Attempts by random paths; NEPHOSCOPE_LONG_TESTS=1 makes them ten thousand. */
const ATTEMPTS = process.env.NEPHOSCOPE_LONG_TESTS === "1" ? 10_000 : 1_500;

/** A bucket with an object, all of whose configurations are there. */
async function house(t: TestContext) {
  const made = await openHouse(t);
  const { client } = made;
  await client.send(new S3.CreateBucketCommand({ Bucket }));
  await client.send(new S3.PutObjectCommand({ Bucket, Key: "k", Body: SECRET, Tagging: "a=1" }));
  await client.send(
    new S3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "secret", Value: SECRET }] } }),
  );
  const { UploadId = "" } = await client.send(new S3.CreateMultipartUploadCommand({ Bucket, Key: "u" }));
  return { ...made, UploadId };
}

/** What each operation would need beside the bucket to be a good call. */
const inputs = (UploadId: string): Readonly<Record<string, object>> => {
  const object = { Key: "k" };
  const upload = { Key: "u", UploadId };
  const TagSet = [{ Key: "a", Value: "2" }];
  return {
    AbortMultipartUpload: upload,
    CompleteMultipartUpload: { ...upload, MultipartUpload: { Parts: [{ ETag: "x", PartNumber: 1 }] } },
    CopyObject: { Key: "copy", CopySource: `${Bucket}/k` },
    CreateMultipartUpload: object,
    DeleteBucket: {},
    DeleteBucketCors: {},
    DeleteBucketEncryption: {},
    DeleteBucketLifecycle: {},
    DeleteBucketOwnershipControls: {},
    DeleteBucketPolicy: {},
    DeleteBucketTagging: {},
    DeleteObject: object,
    DeleteObjectTagging: object,
    DeletePublicAccessBlock: {},
    GetBucketAccelerateConfiguration: {},
    GetBucketAcl: {},
    GetBucketCors: {},
    GetBucketEncryption: {},
    GetBucketLifecycleConfiguration: {},
    GetBucketLocation: {},
    GetBucketLogging: {},
    GetBucketNotificationConfiguration: {},
    GetBucketOwnershipControls: {},
    GetBucketPolicy: {},
    GetBucketPolicyStatus: {},
    GetBucketReplication: {},
    GetBucketRequestPayment: {},
    GetBucketTagging: {},
    GetBucketVersioning: {},
    GetBucketWebsite: {},
    GetObject: object,
    GetObjectAcl: object,
    GetObjectAttributes: { ...object, ObjectAttributes: ["ETag"] },
    GetObjectLockConfiguration: {},
    GetObjectTagging: object,
    GetPublicAccessBlock: {},
    HeadBucket: {},
    HeadObject: object,
    ListMultipartUploads: {},
    ListObjectVersions: {},
    ListObjects: {},
    ListObjectsV2: {},
    ListParts: upload,
    PutBucketAcl: { ACL: "public-read" },
    PutBucketCors: { CORSConfiguration: { CORSRules: [{ AllowedOrigins: ["*"], AllowedMethods: ["GET"] }] } },
    PutBucketEncryption: {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    },
    PutBucketLifecycleConfiguration: {
      LifecycleConfiguration: { Rules: [{ Status: "Enabled", Filter: {}, Expiration: { Days: 1 } }] },
    },
    PutBucketLogging: { BucketLoggingStatus: {} },
    PutBucketNotificationConfiguration: { NotificationConfiguration: {} },
    PutBucketOwnershipControls: { OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } },
    PutBucketPolicy: { Policy: `{"Version":"2012-10-17","Statement":[]}` },
    PutBucketTagging: { Tagging: { TagSet } },
    PutBucketVersioning: { VersioningConfiguration: { Status: "Suspended" } },
    PutObject: { ...object, Body: "theirs" },
    PutObjectAcl: {
      ...object,
      AccessControlPolicy: { Owner: { ID: canonicalId(ACCOUNT) }, Grants: [] },
    },
    PutObjectTagging: { ...object, Tagging: { TagSet } },
    PutPublicAccessBlock: { PublicAccessBlockConfiguration: {} },
    UploadPart: { ...upload, PartNumber: 1, Body: "theirs" },
    UploadPartCopy: { ...upload, PartNumber: 1, CopySource: `${Bucket}/k` },
  };
};

type AnyCommand = new (input: object) => Parameters<S3.S3Client["send"]>[0];
const commandOf = (operation: string): AnyCommand => {
  const found: unknown = Reflect.get(S3, `${operation}Command`);
  assert.equal(typeof found, "function", operation);
  return found as AnyCommand;
};

test("every operation is refused to another account, to a user without rights, and to who does not sign", async (t) => {
  const { client, another, user, UploadId, implemented } = await house(t);
  const powerless = user(
    "nobody",
    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`,
  );
  const callers = {
    "another account": another({ credentials: OTHER }),
    "a user without rights": another({ credentials: powerless }),
    anybody: another({
      credentials: { accessKeyId: "", secretAccessKey: "" },
      signer: { sign: async (sent) => sent },
    }),
  };
  const given = inputs(UploadId);
  // Those that name no bucket of others, or answer for each key: see below.
  const others = ["CreateBucket", "DeleteObjects", "ListBuckets"];
  assert.deepEqual([...implemented].sort(), [...Object.keys(given), ...others].sort(), "every operation is tried");
  let attempts = 0;
  for (const [operation, input] of Object.entries(given)) {
    const Command = commandOf(operation);
    for (const [who, caller] of Object.entries(callers)) {
      attempts++;
      await assert.rejects(
        caller.send(new Command({ Bucket, ...input })),
        (error: { name: string; $metadata?: { httpStatusCode?: number } }) => {
          assert.equal(error.$metadata?.httpStatusCode, 403, `${operation} by ${who}: ${error.name}`);
          if (!operation.startsWith("Head")) assert.equal(error.name, "AccessDenied", `${operation} by ${who}`);
          return true;
        },
      );
    }
  }
  for (const caller of Object.values(callers)) {
    const deleted = await caller.send(new S3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "k" }] } }));
    assert.deepEqual([deleted.Deleted ?? [], deleted.Errors?.map(({ Code }) => Code)], [[], ["AccessDenied"]]);
  }
  t.diagnostic(`${attempts} attempts`);
  const { Body } = await client.send(new S3.GetObjectCommand({ Bucket, Key: "k" }));
  assert.equal(await Body?.transformToString(), SECRET);
  assert.equal((await client.send(new S3.ListObjectsV2Command({ Bucket }))).KeyCount, 1);
});

/** From a seed, so that a failure can be played again (mulberry32). */
function randomOf(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
}

const PIECES = [
  Bucket,
  "LOCKED",
  "locked%00",
  "%6cocked",
  "open",
  "k",
  "K",
  "..",
  ".",
  "%2e%2e",
  "%2E%2e",
  "%252e%252e",
  "%2f",
  "%2F",
  "%5c",
  "/",
  "//",
  "%00",
  "%0a",
  "%c0%ae",
  "%e2%80%ae",
  ";",
  "%3b",
  "?versionId=null",
  "?acl",
  "?policy",
  "?tagging",
  "?uploads",
  "?list-type=2",
  "%ef%bc%8f",
  "e%cc%81",
  "%c3%a9",
  "%ff",
  "#",
  "%23",
  "@",
  "*",
  "%2a",
];

test("no path, however it is made, leads a stranger to what is not his", async (t) => {
  const { client, endpoint } = await house(t);
  const random = randomOf(7);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  t.after(() => agent.destroy());
  const { host, hostname, port } = new URL(endpoint);
  const attempt = (method: string, path: string, how: number, bucketHost: boolean) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const name = bucketHost ? `${Bucket}.s3.${host}` : host;
      const date = new Date(how === 1 ? Date.now() - 3_600_000 : Date.now());
      const signed = signRequest(
        { method, path, headers: { host: name, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }, body: "" },
        how === 2
          ? { accessKeyId: KEY.accessKeyId, secret: "not the secret of the owner's key" }
          : how === 3
            ? { accessKeyId: "AKIANOBODYKNOWSTHISKEY", secret: KEY.secretAccessKey }
            : { accessKeyId: OTHER.accessKeyId, secret: OTHER.secretAccessKey },
        { region: "us-east-1", service: "s3" },
        date,
      );
      const { authorization = "", ...unsigned } = signed;
      const headers =
        how === 4
          ? unsigned
          : {
              ...unsigned,
              authorization: how === 5 ? authorization.replace(/.$/, (c) => (c === "0" ? "1" : "0")) : authorization,
            };
      const sent = request({ agent, hostname, port, method, path, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      sent.on("error", reject).end();
    });
  const METHODS = ["GET", "HEAD", "PUT", "DELETE", "POST"];
  const answers = new Map<string, number>();
  for (let i = 0; i < ATTEMPTS; i++) {
    const length = 1 + random(6);
    const path =
      `/${Array.from({ length }, () => PIECES[random(PIECES.length)]).join(random(2) === 0 ? "/" : "")}`.replaceAll(
        "#",
        "%23",
      );
    const method = METHODS[random(METHODS.length)] ?? "GET";
    const how = random(6);
    const { status, text } = await attempt(method, path, how, random(8) === 0);
    assert.ok(!text.includes(SECRET), `${method} ${path} (${how}) gave the secret`);
    // Who signs well may have buckets of its own; nobody else gets any answer but a refusal.
    assert.ok(how === 0 || status >= 400, `${method} ${path} (${how}): ${status}`);
    answers.set(`${status}`, (answers.get(`${status}`) ?? 0) + 1);
  }
  t.diagnostic([...answers].map(([status, count]) => `${count} × ${status}`).join(", "));
  const { Body } = await client.send(new S3.GetObjectCommand({ Bucket, Key: "k" }));
  assert.equal(await Body?.transformToString(), SECRET);
  assert.equal((await client.send(new S3.ListObjectVersionsCommand({ Bucket }))).Versions?.length, 1);
  assert.equal((await client.send(new S3.GetBucketTaggingCommand({ Bucket }))).TagSet?.[0]?.Value, SECRET);
});
