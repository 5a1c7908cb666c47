import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type * as Ec2 from "@aws-sdk/client-ec2";
import { WireFailure } from "../codec/failure.ts";
import { loadModel } from "../model/load.ts";
import { service } from "../service.ts";
import type { SessionCaller } from "./arrival.ts";
import { logsCall, logsService, type Sending, send, start, stsCall, stsService } from "./harness.ts";

const caller: SessionCaller = {
  accessKeyId: "ASIASESSION",
  account: "123456789012",
  region: "eu-central-1",
  signingName: "logs",
  principal: { type: "IAMUser", arn: "arn:aws:iam::123456789012:user/ann", principalId: "AIDAANN", userName: "ann" },
};

/** A server whose sessions have the caller that is given; a request says that it is for the service of that name. */
async function open(
  t: TestContext,
  session: () => SessionCaller | undefined,
  { regions, named = "logs" }: { readonly regions?: readonly string[]; readonly named?: string } = {},
) {
  const logs = logsService({
    async DescribeLogGroups(input, call) {
      return { logGroups: [{ logGroupName: `${input.logGroupNamePrefix} ${call.region} ${call.principal.userName}` }] };
    },
  });
  const ec2 = service<typeof Ec2>(loadModel("ec2"))({ DescribeVpcs: async () => ({ Vpcs: [{ VpcId: "vpc-1" }] }) }, {});
  const harness = await start([logs, stsService(), ec2], {
    session: { service: () => named, caller: session },
    ...(regions && { regions }),
  });
  t.after(() => harness.server.close());
  return harness;
}

const describe: Sending = {
  ...logsCall("DescribeLogGroups", { logGroupNamePrefix: "a" }),
  after: { authorization: undefined },
};

test("a call in a session runs as its caller in its region, and is recorded so", async (t) => {
  const { port, records } = await open(t, () => caller);
  const { status, body } = await send(port, describe);
  assert.equal(status, 200, body);
  assert.deepEqual(JSON.parse(body), { logGroups: [{ logGroupName: "a eu-central-1 ann" }] });
  const [record] = records;
  assert.deepEqual(
    [record?.principal?.userName, record?.region, record?.accessKeyId, record?.operation, record?.account],
    ["ann", "eu-central-1", "ASIASESSION", "DescribeLogGroups", "123456789012"],
  );
});

test("a query call in a session finds its service by the scope", async (t) => {
  const { port } = await open(t, () => ({ ...caller, signingName: "sts" }), { named: "sts" });
  const { status, body } = await send(port, {
    ...stsCall("Action=GetCallerIdentity&Version=2011-06-15"),
    after: { authorization: undefined },
  });
  assert.equal(status, 200);
  assert.match(body, /user\/ann/);
});

test("a form of EC2 in a session is read and answered as EC2's, and so is its refusal", async (t) => {
  const call = { ...stsCall("Action=DescribeVpcs&Version=2016-11-15"), after: { authorization: undefined } };
  const { port } = await open(t, () => ({ ...caller, signingName: "ec2" }), { named: "ec2" });
  const { status, body } = await send(port, call);
  assert.equal(status, 200, body);
  assert.match(body, /<DescribeVpcsResponse [^>]*>.*<vpcSet><item><vpcId>vpc-1</s);
  const none = await open(t, () => undefined, { named: "ec2" });
  assert.match(
    (await send(none.port, call)).body,
    /^<\?xml[^>]*>\s*<Response><Errors><Error><Code>MissingAuthenticationToken</,
  );
});

test("a session's scope must be the called service's, in a region that is served", async (t) => {
  const other = await open(t, () => ({ ...caller, signingName: "sts" }));
  assert.match((await send(other.port, describe)).body, /InvalidSignatureException/);
  const elsewhere = await open(t, () => caller, { regions: ["us-east-1"] });
  assert.match((await send(elsewhere.port, describe)).body, /InvalidSignatureException/);
});

test("what refuses a session is answered, and no session means an unsigned call", async (t) => {
  const over = await open(t, () => {
    throw new WireFailure("SessionEnded", "The session is over.", { status: 401 });
  });
  const refused = await send(over.port, describe);
  assert.equal(refused.status, 401);
  assert.match(refused.body, /SessionEnded/);
  assert.equal(over.records[0]?.principal, undefined);

  const none = await open(t, () => undefined);
  assert.match((await send(none.port, describe)).body, /MissingAuthenticationToken/);
});

test("a signature goes before a session", async (t) => {
  const { port, records } = await open(t, () => caller);
  const { after: _, ...signed } = describe;
  assert.equal((await send(port, signed)).status, 200);
  assert.equal(records[0]?.principal?.userName, "test");
});
