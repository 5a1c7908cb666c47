import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { KEY, openHouse } from "../s3-house.ts";

const Bucket = "signed";

/** Addresses presigned by version 2, and by version 4 so many seconds ago. */
const presignedV2 = (): string => {
  const expires = String(Math.floor(Date.now() / 1_000) + 60);
  const text = `GET\n\n\n${expires}\n/${Bucket}/k`;
  const signature = createHmac("sha1", KEY.secretAccessKey).update(text).digest("base64");
  return `/${Bucket}/k?${new URLSearchParams({ AWSAccessKeyId: KEY.accessKeyId, Expires: expires, Signature: signature })}`;
};

function presignedV4(host: string, ageSeconds: number): string {
  const time = new Date(Date.now() - ageSeconds * 1_000).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${KEY.accessKeyId}/${scope}`)}&X-Amz-Date=${time}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host`;
  const canonical = `GET\n/${Bucket}/k\n${query}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = ["us-east-1", "s3", "aws4_request"].reduce(hmac, hmac(`AWS4${KEY.secretAccessKey}`, time.slice(0, 8)));
  const digest = createHash("sha256").update(canonical).digest("hex");
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`).toString("hex");
  return `/${Bucket}/k?${query}&X-Amz-Signature=${signature}`;
}

test("policies see how a request was signed, by which version, and how long ago", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }));
  const { host } = new URL(endpoint);
  const byHeader = () =>
    client.send(new GetObjectCommand({ Bucket, Key: "k" })).then(
      () => 200,
      () => 403,
    );
  const byAddress = async (path: string) => (await fetch(endpoint + path)).status;
  const all = async () => [
    await byHeader(),
    await byAddress(presignedV4(host, 0)),
    await byAddress(presignedV4(host, 1_200)),
    await byAddress(presignedV2()),
  ];
  const denied = async (Condition: object, ...expected: number[]) => {
    const Statement = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
      Condition,
    };
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
    assert.deepEqual(await all(), expected, JSON.stringify(Condition));
  };
  assert.deepEqual(await all(), [200, 200, 200, 200]);
  await denied({ StringNotEquals: { "s3:authType": "REST-HEADER" } }, 200, 403, 403, 403);
  await denied({ StringEquals: { "s3:authType": "REST-QUERY-STRING" } }, 200, 403, 403, 403);
  await denied({ StringNotEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } }, 200, 200, 200, 403);
  await denied({ NumericGreaterThan: { "s3:signatureAge": 600_000 } }, 200, 200, 403, 200);
  await denied({ StringEquals: { "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }, 200, 403, 403, 403);
});
