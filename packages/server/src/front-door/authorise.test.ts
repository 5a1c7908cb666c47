import assert from "node:assert/strict";
import { test } from "node:test";
import { type Call, loadModel, type Service, WireFailure } from "@nephoscope/wire";
import type { Authority } from "../platform/access/authority.ts";
import { type Need, serviceAccess } from "../platform/access/need.ts";
import { testAuthority } from "../platform/access/testing.ts";
import { createAuthorise } from "./authorise.ts";

const model = loadModel("sts");
const service: Service = {
  model,
  implemented: new Set(["GetCallerIdentity", "AssumeRole", "GetAccessKeyInfo"]),
  run: async () => ({}),
};

const call = (operation: string): Call => ({
  requestId: "r",
  service: model.name,
  operation,
  protocol: "awsQuery",
  account: "111122223333",
  region: "us-east-1",
  principal: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice", principalId: "AIDAALICE" },
  accessKeyId: "AKIA",
  sourceIp: "127.0.0.1",
  userAgent: "",
  signal: new AbortController().signal,
  receivedAt: new Date(0),
  invocationId: undefined,
  attempt: 1,
  bodySha256: "",
  error: (name: string, message: string) => new WireFailure(name, message),
});

const open = (...given: readonly [services: Parameters<typeof createAuthorise>[0], authority: Authority]) =>
  createAuthorise(...given, () => "sealed");

const need: Need = { action: "sts:X", resource: "*" };
const table = { GetCallerIdentity: "open", AssumeRole: "inside", GetAccessKeyInfo: () => need } as const;

test("an operation without a declaration keeps the server from starting, and is named", () => {
  assert.throws(
    () => open([{ service, access: serviceAccess({ GetCallerIdentity: "open" }) }], testAuthority()),
    /sts: AssumeRole, GetAccessKeyInfo have no declaration of action and resource/,
  );
});

test("open operations and those that ask inside are let through; others are decided", () => {
  const denying = open(
    [{ service, access: serviceAccess(table) }],
    testAuthority(() => "nothing"),
  );
  denying(call("GetCallerIdentity"), {});
  denying(call("AssumeRole"), {});
  assert.throws(() => denying(call("GetAccessKeyInfo"), {}), {
    code: "AccessDeniedException",
    message:
      "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:X on resource: * because no identity-based policy allows the sts:X action",
  });
  open([{ service, access: serviceAccess(table) }], testAuthority())(call("GetAccessKeyInfo"), {});
});

test("a declaration that names nothing lets nobody in", () => {
  const access = serviceAccess({ ...table, GetAccessKeyInfo: () => [] });
  const authorise = open([{ service, access }], testAuthority());
  assert.throws(() => authorise(call("GetAccessKeyInfo"), {}), /names nothing that it could be allowed for/);
});

test("of several needs each must be allowed", () => {
  const access = serviceAccess({
    ...table,
    GetAccessKeyInfo: () => [need, { action: "sts:Y", resource: "arn:aws:iam::999999999999:role/r" }],
  });
  const authorise = open([{ service, access }], testAuthority());
  assert.throws(() => authorise(call("GetAccessKeyInfo"), {}), /sts:Y .*because no resource-based policy allows/);
});

test("a service denies with the error that is its own", () => {
  const access = serviceAccess(table, { deniedBy: "AuthorizationErrorException" });
  const authorise = open(
    [{ service, access }],
    testAuthority(() => "nothing"),
  );
  assert.throws(() => authorise(call("GetAccessKeyInfo"), {}), { code: "AuthorizationErrorException", status: 403 });
});
