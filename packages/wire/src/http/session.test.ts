import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { WireFailure } from "../codec/failure.ts";
import type { SessionCaller } from "./conduct.ts";
import { logsCall, logsService, type Sending, send, start, stsCall, stsService } from "./harness.ts";

const caller: SessionCaller = {
  accessKeyId: "ASIASESSION",
  account: "123456789012",
  region: "eu-central-1",
  signingName: "logs",
  principal: { type: "IAMUser", arn: "arn:aws:iam::123456789012:user/ann", principalId: "AIDAANN", userName: "ann" },
};

async function open(t: TestContext, session: () => SessionCaller | undefined, regions?: readonly string[]) {
  const logs = logsService({
    async DescribeLogGroups(input, call) {
      return { logGroups: [{ logGroupName: `${input.logGroupNamePrefix} ${call.region} ${call.principal.userName}` }] };
    },
  });
  const harness = await start([logs, stsService()], { session, ...(regions && { regions }) });
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
  const { port } = await open(t, () => ({ ...caller, signingName: "sts" }));
  const { status, body } = await send(port, {
    ...stsCall("Action=GetCallerIdentity&Version=2011-06-15"),
    after: { authorization: undefined },
  });
  assert.equal(status, 200);
  assert.match(body, /user\/ann/);
});

test("a session's scope must be the called service's, in a region that is served", async (t) => {
  const other = await open(t, () => ({ ...caller, signingName: "sts" }));
  assert.match((await send(other.port, describe)).body, /InvalidSignatureException/);
  const elsewhere = await open(t, () => caller, ["us-east-1"]);
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
