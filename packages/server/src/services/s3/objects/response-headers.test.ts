import assert from "node:assert/strict";
import { test } from "node:test";
import { DeletePublicAccessBlockCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { Bucket, get, made, put, refused } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

test("a call may choose headers of its answer, where they are some", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  await put(client, "k", "v", { ContentType: "text/plain" });
  const chosen = await get(client, "k", { ResponseContentType: "text/html", ResponseCacheControl: "no-store" });
  assert.deepEqual([chosen.ContentType, chosen.CacheControl], ["text/html", "no-store"]);
  for (const wrong of ["a\r\nset-cookie: x=1", "a\nb", "\0", "€"])
    await refused(get(client, "k", { ResponseContentDisposition: wrong }), "InvalidArgument", 400);
  assert.equal((await get(client, "k")).ContentType, "text/plain");
});

test("who does not sign chooses no headers: an object could be made to look like a page", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await made(client);
  await put(client, "k", "v");
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const Statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` };
  await client.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
  );
  const ask = async (query: string) => {
    const answer = await fetch(`${endpoint}/${Bucket}/k${query}`);
    return `${answer.status} ${/<Code>(\w+)/.exec(await answer.text())?.[1] ?? ""}`.trim();
  };
  assert.equal(await ask(""), "200");
  assert.equal(await ask("?response-content-type=text/html"), "400 InvalidRequest");
});
