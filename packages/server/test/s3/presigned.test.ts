import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { request } from "node:http";
import { type TestContext, test } from "node:test";
import {
  CreateBucketCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { KEY, openHouse } from "../../src/services/s3/s3-house.ts";

const Bucket = "by-address";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** A presigned path, made by AWS's published steps ("Authenticating requests: using query parameters") and not by the code under test. */
function presign(
  host: string,
  method: string,
  key: string,
  fields: Record<string, string> = {},
  signed: Record<string, string> = {},
): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const headers: Record<string, string> = { host, ...signed };
  const names = Object.keys(headers).sort();
  const query = Object.entries({
    ...fields,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${KEY.accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    "X-Amz-Expires": "300",
    "X-Amz-SignedHeaders": names.join(";"),
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const path = `/${Bucket}/${key.split("/").map(encode).join("/")}`;
  const lines = [method, path, query, ...names.map((name) => `${name}:${headers[name]}`)];
  const canonical = [...lines, "", names.join(";"), "UNSIGNED-PAYLOAD"].join("\n");
  const day = hmac(`AWS4${KEY.secretAccessKey}`, time.slice(0, 8));
  const secret = hmac(hmac(hmac(day, "us-east-1"), "s3"), "aws4_request");
  const signature = hmac(secret, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex");
  return `${path}?${query}&X-Amz-Signature=${signature}`;
}

async function house(t: TestContext) {
  const made = await openHouse(t);
  const { client, endpoint } = made;
  await client.send(new CreateBucketCommand({ Bucket }));
  const rule = { ObjectOwnership: "BucketOwnerPreferred" } as const;
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [rule] } }));
  await client.send(new PutObjectCommand({ Bucket, Key: "secret", Body: "secret" }));
  const { host, hostname, port } = new URL(endpoint);
  const address = (...args: [string, string, Record<string, string>?, Record<string, string>?]) =>
    presign(host, ...args);
  /** Sends just these headers, and gives status and error code. */
  const send = (method: string, path: string, headers: Record<string, string> = {}, body = "") =>
    new Promise<string>((resolve, reject) => {
      const req = request({ hostname, port, method, path, headers: { "content-length": body.length, ...headers } });
      req.on("error", reject).on("response", (res) => {
        let text = "";
        res.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        res.on("end", () => resolve([res.statusCode, /<Code>(\w+)/.exec(text)?.[1] ?? ""].join(" ").trim()));
      });
      req.end(body);
    });
  const text = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  return { ...made, address, send, text };
}

test("a presigned address takes no header of AWS's own that was not signed", async (t) => {
  const { address, send, client } = await house(t);
  const path = address("PUT", "given");
  for (const [name, value] of Object.entries({
    "x-amz-acl": "public-read",
    "x-amz-grant-read": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    "x-amz-copy-source": `/${Bucket}/secret`,
    "x-amz-tagging": "team=admins",
    "x-amz-meta-role": "admin",
    "x-amz-website-redirect-location": "https://example.com/",
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-storage-class": "GLACIER",
    "x-amz-account-id": "111122223333",
    "x-amz-security-token": "t",
  }))
    assert.equal(await send("PUT", path, { [name]: value }, "body"), "403 AccessDenied", name);
  await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: "given" })), { name: "NotFound" });
  assert.equal(await send("PUT", path, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }, "body"), "200");
});

test("a header that was signed must be sent, with the value that was signed", async (t) => {
  const { address, send, client } = await house(t);
  const path = address("PUT", "given", {}, { "x-amz-acl": "private" });
  assert.equal(await send("PUT", path, {}, "body"), "403 SignatureDoesNotMatch");
  assert.equal(await send("PUT", path, { "x-amz-acl": "public-read" }, "body"), "403 SignatureDoesNotMatch");
  assert.equal(await send("PUT", path, { "x-amz-acl": "private" }, "body"), "200");
  const { Grants = [] } = await client.send(new GetObjectAclCommand({ Bucket, Key: "given" }));
  assert.equal(Grants.length, 1);
});

test("headers that a signer moved into the address count as if they were sent", async (t) => {
  const { address, send, client, text } = await house(t);
  const fields = {
    "x-amz-meta-made-by": "address",
    "x-amz-tagging": "team=blue",
    "x-amz-checksum-crc32": "DUoRhQ==",
  };
  assert.equal(await send("PUT", address("PUT", "given", fields), {}, "hello"), "400 BadDigest");
  assert.equal(await send("PUT", address("PUT", "given", fields), {}, "hello world"), "200");
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "given" }));
  assert.deepEqual(head.Metadata, { "made-by": "address" });
  const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key: "given" }));
  assert.deepEqual(TagSet, [{ Key: "team", Value: "blue" }]);
  for (const [name, value] of [
    ["x-amz-meta-a", "b\r\nset-cookie: x=1"],
    ["x-amz-meta-a b", "c"],
  ] as const)
    assert.equal(await send("PUT", address("PUT", "given", { [name]: value }), {}, "x"), "400 InvalidArgument");
  const copy = address("PUT", "copy", { "x-amz-copy-source": `${Bucket}/given` });
  assert.equal(await send("PUT", copy), "200");
  assert.equal(await text("copy"), "hello world");
});

test("whatever of a presigned address is altered, it is none any more", async (t) => {
  const { address, send } = await house(t);
  const path = address("GET", "secret", { versionId: "null" });
  assert.equal(await send("GET", path), "200");
  const altered: Record<string, string> = {
    "another key": path.replace("/secret", "/other"),
    "the key in other case": path.replace("/secret", "/Secret"),
    "a longer life": path.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
    "a later time": path.replace(/X-Amz-Date=(\d{8}T\d{5})\d/, "X-Amz-Date=$1Z"),
    "a field more": `${path}&acl`,
    "a field for another answer": `${path}&response-content-type=text%2Fhtml`,
    "a field less": path.replace("versionId=null", "").replace("&&", "&"),
    "a field twice": `${path}&versionId=null`,
    "other signed headers": path.replace("SignedHeaders=host", "SignedHeaders=host%3Brange"),
    "no signed headers": path.replace("SignedHeaders=host", "SignedHeaders="),
    "another key id": path.replace(KEY.accessKeyId, "AKIAI44QH8DHBEXAMPLE"),
    "a path that leads to it": path.replace(`/${Bucket}/`, `/${Bucket}/x/../`),
    "an encoded slash": path.replace(`/${Bucket}/`, `/${Bucket}%2f`),
  };
  for (const [what, target] of Object.entries(altered)) assert.match(await send("GET", target), /^4\d\d \w+$/, what);
  for (const method of ["PUT", "DELETE", "HEAD", "POST"]) assert.match(await send(method, path), /^4\d\d/, method);
  assert.match(await send("GET", path, { host: "by-address.s3.example.com" }), /^403/);
});
