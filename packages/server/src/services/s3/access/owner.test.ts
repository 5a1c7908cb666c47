import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { GetBucketAclCommand, GetObjectAclCommand } from "@aws-sdk/client-s3";
import { Bucket, made, put } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

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

test("an unsigned request is no way in", async (t) => {
  const { client, endpoint } = await openHouse(t);
  await made(client);
  await put(client, "k", "v");
  const status = await new Promise((resolve) =>
    request(`${endpoint}/${Bucket}/k`, (res) => resolve(res.resume().statusCode)).end(),
  );
  assert.notEqual(status, 200);
});
