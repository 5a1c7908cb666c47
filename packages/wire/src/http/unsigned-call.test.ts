import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type * as Sts from "@aws-sdk/client-sts";
import { loadModel } from "../model/load.ts";
import { service } from "../service.ts";
import { isQueryError, send, start, stsCall } from "./harness.ts";

const EXCHANGE = "AssumeRoleWithWebIdentity";
const form = (action: string) => ({
  ...stsCall(
    `Action=${action}&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/ci&RoleSessionName=one&WebIdentityToken=abcd`,
  ),
  after: { authorization: undefined },
});

async function open(t: TestContext) {
  const sts = service<typeof Sts>(loadModel("sts"))(
    {
      async AssumeRoleWithWebIdentity(input, call) {
        return { Audience: input.WebIdentityToken, Provider: call.principal.type, PackedPolicySize: 1 };
      },
      async GetCallerIdentity(_input, call) {
        return { Arn: call.principal.arn };
      },
    },
    {},
  );
  const harness = await start([sts], {
    unsigned: (name) =>
      name === "sts"
        ? {
            account: "123456789012",
            region: "us-east-1",
            principal: { type: "WebIdentityUser", arn: "", principalId: "" },
            operations: new Set([EXCHANGE]),
          }
        : undefined,
  });
  t.after(() => harness.server.close());
  return harness;
}

test("an operation that takes unsigned calls gets them with their caller, and they are recorded as its", async (t) => {
  const { port, records } = await open(t);
  const { status, body } = await send(port, form(EXCHANGE));
  assert.equal(status, 200);
  assert.match(body, /<Provider>WebIdentityUser<\/Provider><Audience>abcd<\/Audience>/);
  assert.equal(records[0]?.principal?.type, "WebIdentityUser");
  assert.equal(records[0]?.operation, EXCHANGE);
});

test("every other operation must be signed, and so must forms that are too large or name no service", async (t) => {
  const { port, records } = await open(t);
  const unsigned = isQueryError(403, "MissingAuthenticationToken", /Request is missing Authentication Token/);
  unsigned(await send(port, form("GetCallerIdentity")));
  assert.equal((await send(port, { ...form(EXCHANGE), body: `Action=${EXCHANGE}&Version=1999-01-01` })).status, 403);
  assert.equal((await send(port, { ...form(EXCHANGE), body: "a".repeat(200_000) })).status, 413);
  assert.ok(records.every(({ principal }) => principal === undefined));
});
