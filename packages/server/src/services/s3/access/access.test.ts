import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { ACCOUNT, OTHER, OTHER_ACCOUNT, openHouse } from "../s3-house.ts";
import { canonicalId } from "./acl.ts";

const Bucket = "guarded";
const ARN = `arn:aws:s3:::${Bucket}`;

async function house(t: TestContext, ownership: "BucketOwnerEnforced" | "ObjectWriter" = "BucketOwnerEnforced") {
  const made = await openHouse(t);
  await made.client.send(new CreateBucketCommand({ Bucket, ObjectOwnership: ownership }));
  await made.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }));
  const stranger = made.another({ credentials: OTHER });
  const anybody = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${made.endpoint}/${path}`, init);
    return `${answer.status} ${/<Code>(\w+)/.exec(await answer.clone().text())?.[1] ?? (await answer.text())}`;
  };
  return { ...made, stranger, anybody };
}

const refused = (call: Promise<unknown>, name: string, status: number, message = /./) =>
  assert.rejects(call, (error: { name: string; message: string; $metadata?: { httpStatusCode?: number } }) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status]);
    assert.match(error.message, message);
    return true;
  });
const get = (client: S3Client, Key = "k") => client.send(new GetObjectCommand({ Bucket, Key }));
const policy = (client: S3Client, ...statements: object[]) =>
  client.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) }),
  );
const allow = (Principal: unknown, Action: string | string[], Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action,
  Resource,
  ...more,
});
const open = (client: S3Client) => client.send(new DeletePublicAccessBlockCommand({ Bucket }));

test("a user may what its own policy says, and is told what is missing", async (t) => {
  const { another, user } = await house(t);
  const reader = another({
    credentials: user(
      "reader",
      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"${ARN}/public/*"}]}`,
    ),
  });
  await refused(
    get(reader),
    "AccessDenied",
    403,
    /^User: arn:aws:iam::111122223333:user\/reader is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::guarded\/k because no identity-based policy allows the s3:GetObject action$/,
  );
  // What is not there is not told to who may not list.
  await refused(get(reader, "public/none"), "AccessDenied", 403);
});

test("a bucket policy lets another account in, as far as it says, and denies its own", async (t) => {
  const { client, stranger } = await house(t);
  await policy(client, allow({ AWS: OTHER_ACCOUNT }, "s3:GetObject", `${ARN}/*`));
  assert.equal(await (await get(stranger)).Body?.transformToString(), "v");
  await refused(stranger.send(new ListObjectsV2Command({ Bucket })), "AccessDenied", 403, /^Access Denied$/);
  await refused(stranger.send(new PutObjectCommand({ Bucket, Key: "k", Body: "w" })), "AccessDenied", 403);
  await policy(client, { ...allow("*", "s3:GetObject", `${ARN}/k`), Effect: "Deny" });
  await refused(get(client), "AccessDenied", 403, /explicit deny in a resource-based policy/);
  await client.send(new DeleteBucketPolicyCommand({ Bucket }));
  await get(client);
  await refused(get(stranger), "AccessDenied", 403);
});

test("of keys that are deleted together each is asked for", async (t) => {
  const { client, stranger } = await house(t);
  await policy(client, allow({ AWS: OTHER_ACCOUNT }, "s3:DeleteObject", `${ARN}/theirs/*`));
  const answer = await stranger.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "k" }, { Key: "theirs/1" }] } }),
  );
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [["k", "AccessDenied"]],
  );
  assert.deepEqual(
    answer.Deleted?.map(({ Key }) => Key),
    ["theirs/1"],
  );
  await get(client);
});

test("conditions see the request: prefix, tags of the object, the access list that is put", async (t) => {
  const { client, stranger } = await house(t);
  await client.send(new PutObjectCommand({ Bucket, Key: "tagged", Body: "v", Tagging: "class=open" }));
  const who = { AWS: OTHER_ACCOUNT };
  await policy(
    client,
    allow(who, "s3:ListBucket", ARN, { Condition: { StringEquals: { "s3:prefix": "theirs/" } } }),
    allow(who, "s3:GetObject", `${ARN}/*`, { Condition: { StringEquals: { "s3:ExistingObjectTag/class": "open" } } }),
  );
  await stranger.send(new ListObjectsV2Command({ Bucket, Prefix: "theirs/" }));
  await refused(stranger.send(new ListObjectsV2Command({ Bucket })), "AccessDenied", 403);
  await get(stranger, "tagged");
  await refused(get(stranger), "AccessDenied", 403);
});

test("policies that S3 would not take are refused with the place", async (t) => {
  const { client } = await house(t);
  const put = (Policy: string) => client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await refused(put("{"), "MalformedPolicy", 400);
  await refused(policy(client, allow("*", "ec2:RunInstances", `${ARN}/*`)), "MalformedPolicy", 400, /invalid action/);
  await refused(policy(client, allow("*", "s3:GetObject", "arn:aws:s3:::other/*")), "MalformedPolicy", 400, /resource/);
  await refused(policy(client, { ...allow("*", "s3:GetObject", ARN), Principal: undefined }), "MalformedPolicy", 400);
  await refused(client.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy", 404);
});

test("nobody reads without a signature unless a policy says so, and the public access block keeps it out", async (t) => {
  const { client, anybody } = await house(t);
  const everybody = allow("*", "s3:GetObject", `${ARN}/*`);
  assert.equal(await anybody(`${Bucket}/k`), "403 AccessDenied");
  await refused(policy(client, everybody), "AccessDenied", 403, /BlockPublicPolicy/);
  await open(client);
  await policy(client, everybody);
  assert.equal((await client.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic, true);
  assert.equal(await anybody(`${Bucket}/k`), "200 v");
  assert.equal(await anybody(`${Bucket}/none`), "403 AccessDenied");
  assert.equal(await anybody(`${Bucket}?list-type=2`), "403 AccessDenied");
  assert.equal(await anybody(`${Bucket}/k`, { method: "PUT", body: "w" }), "403 AccessDenied");
  assert.equal(await anybody(`${Bucket}/k`, { method: "DELETE" }), "403 AccessDenied");
  await client.send(
    new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } }),
  );
  assert.equal(await anybody(`${Bucket}/k`), "403 AccessDenied");
  await get(client);
});

test("what a policy lets everybody put is stored, and belongs to the bucket's owner", async (t) => {
  const { client, anybody } = await house(t);
  await open(client);
  await policy(client, allow("*", "s3:PutObject", `${ARN}/drop/*`));
  assert.equal(await anybody(`${Bucket}/drop/1`, { method: "PUT", body: "dropped" }), "200 ");
  assert.equal(await (await get(client, "drop/1")).Body?.transformToString(), "dropped");
});

test("new buckets have S3's protections: owner enforced, public access blocked", async (t) => {
  const { client } = await house(t);
  assert.deepEqual((await client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration, {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
  assert.equal(
    (await client.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules?.[0]
      ?.ObjectOwnership,
    "BucketOwnerEnforced",
  );
  const acl = (ACL: "private" | "public-read" | "bucket-owner-full-control") =>
    client.send(new PutObjectAclCommand({ Bucket, Key: "k", ACL }));
  await acl("bucket-owner-full-control");
  await refused(acl("public-read"), "AccessControlListNotSupported", 400);
  await refused(
    client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" })),
    "AccessControlListNotSupported",
    400,
  );
});

test("access lists count where ownership lets them, unless public ones are blocked or ignored", async (t) => {
  const { client, stranger, anybody } = await house(t, "ObjectWriter");
  const publish = () => client.send(new PutObjectAclCommand({ Bucket, Key: "k", ACL: "public-read" }));
  await refused(publish(), "AccessDenied", 403, /BlockPublicAcls/);
  await open(client);
  await publish();
  assert.equal(await anybody(`${Bucket}/k`), "200 v");
  await get(stranger);
  await client.send(
    new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { IgnorePublicAcls: true } }),
  );
  assert.equal(await anybody(`${Bucket}/k`), "403 AccessDenied");
  await refused(get(stranger), "AccessDenied", 403);
  await open(client);
  await client.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    }),
  );
  assert.equal(await anybody(`${Bucket}/k`), "403 AccessDenied");
});

test("grants name accounts, in headers and in documents, and are told again", async (t) => {
  const { client, stranger } = await house(t, "ObjectWriter");
  const them = canonicalId(OTHER_ACCOUNT);
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v", GrantRead: `id="${them}"` }));
  await get(stranger);
  await refused(stranger.send(new GetObjectAclCommand({ Bucket, Key: "k" })), "AccessDenied", 403);
  assert.deepEqual((await client.send(new GetObjectAclCommand({ Bucket, Key: "k" }))).Grants, [
    { Grantee: { ID: them, Type: "CanonicalUser" }, Permission: "READ" },
  ]);
  await client.send(
    new PutBucketAclCommand({
      Bucket,
      AccessControlPolicy: {
        Owner: { ID: canonicalId(ACCOUNT) },
        Grants: [{ Grantee: { Type: "CanonicalUser", ID: them }, Permission: "WRITE" }],
      },
    }),
  );
  assert.equal((await client.send(new GetBucketAclCommand({ Bucket }))).Grants?.[0]?.Permission, "WRITE");
  await stranger.send(new PutObjectCommand({ Bucket, Key: "theirs", Body: "t" }));
  // Who writes an object owns it here, so the bucket's owner does not even read it, but can give it away.
  await get(stranger, "theirs");
  await refused(get(client, "theirs"), "AccessDenied", 403);
  await refused(
    client.send(new PutObjectCommand({ Bucket, Key: "x", Body: "v", GrantRead: "id=1" })),
    "InvalidArgument",
    400,
  );
});

test("parts of an upload are asked for as the upload was begun", async (t) => {
  const { client } = await house(t);
  await policy(client, {
    ...allow("*", "s3:PutObject", `${ARN}/*`),
    Effect: "Deny",
    Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "AES256" } },
  });
  const Key = "in-parts";
  await refused(client.send(new CreateMultipartUploadCommand({ Bucket, Key })), "AccessDenied", 403);
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ServerSideEncryption: "AES256" }),
  );
  const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "v" }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  assert.equal(await (await get(client, Key)).Body?.transformToString(), "v");
  // Of an upload that is not there nothing is known.
  const none = new UploadPartCommand({ Bucket, Key, UploadId: "none", PartNumber: 1, Body: "v" });
  await refused(client.send(none), "AccessDenied", 403);
});
