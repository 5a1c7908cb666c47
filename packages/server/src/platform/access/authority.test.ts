import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compilePolicy,
  type PolicyKind,
  type PolicySet,
  parsePolicy,
  policySet,
} from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import type { Caller, CallerSession } from "../identity/caller.ts";
import { type AccessQuestion, createAuthority, servicePrincipal } from "./authority.ts";
import { resourcePolicies } from "./resource-policies.ts";
import { openRulings } from "./rulings.ts";

const ACCOUNT = "111122223333";
const NOW = Date.UTC(2026, 10, 21, 10);

const setOf = (kind: PolicyKind, ...statements: readonly object[]): PolicySet =>
  policySet([
    compilePolicy(parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), kind), {
      kind,
      name: `my-${kind}`,
    }),
  ]);

/** A user with one statement, or a session of a role. */
function caller(statement: object | undefined, more: Partial<Caller> = {}): Caller {
  const arn = `arn:aws:iam::${ACCOUNT}:user/alice`;
  return {
    type: "IAMUser",
    arn,
    principalId: "AIDAALICE",
    userName: "alice",
    requester: { kind: "user", account: ACCOUNT, arn, id: "AIDAALICE" },
    policies: () => ({
      identity: statement === undefined ? policySet([]) : setOf("identity", statement),
      boundary: undefined,
      session: undefined,
    }),
    tags: () => ({}),
    session: undefined,
    ...more,
  };
}

const allow = (Condition: object, Action = "logs:*", Resource: string | string[] = "*") => ({
  Effect: "Allow",
  Action,
  Resource,
  Condition,
});

function open(secure = false) {
  const rulings = openRulings();
  const authority = createAuthority({ rulings, now: () => NOW, secure: () => secure });
  const ask = (principal: Principal, more: Partial<AccessQuestion> = {}) =>
    authority.ask({
      principal,
      account: ACCOUNT,
      region: "eu-central-1",
      sourceIp: "192.0.2.7",
      userAgent: "test/1",
      requestId: "r-1",
      need: { action: "logs:X", resource: "arn:aws:logs:eu-central-1:111122223333:log-group:g" },
      ...more,
    });
  return { rulings, ask, allowed: (...asked: Parameters<typeof ask>) => ask(...asked).allowed };
}

test("the global condition keys tell of the request and its caller", () => {
  const { allowed } = open();
  const session: CallerSession = {
    issuedAt: NOW - 60_000,
    mfaAt: NOW - 30_000,
    sourceIdentity: "ann",
    context: { "aws:FederatedProvider": "ci.example.com", "ci.example.com:sub": "repo" },
  };
  const role = {
    type: "AssumedRole",
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`,
    principalId: "AROAR:s",
    requester: {
      kind: "role-session",
      account: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
      roleId: "AROAR",
    },
    session,
    tags: () => ({ team: "blue" }),
  } as const;
  const f = (condition: object, expected: boolean, more: Partial<Caller> = {}) =>
    assert.equal(allowed(caller(allow(condition), more)), expected, JSON.stringify(condition));
  f({ IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, true);
  f({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, false);
  f({ StringEquals: { "aws:username": "alice", "aws:userid": "AIDAALICE" } }, true);
  f({ StringEquals: { "aws:PrincipalType": "User", "aws:PrincipalAccount": ACCOUNT } }, true);
  f({ StringLike: { "aws:UserAgent": "test/*" } }, true);
  f({ StringEquals: { "aws:RequestedRegion": "eu-central-1", "aws:ResourceAccount": ACCOUNT } }, true);
  f(
    { Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" } },
    true,
  );
  f({ DateEquals: { "aws:CurrentTime": "2026-11-21T10:00:00Z" } }, true);
  f({ NumericEquals: { "aws:EpochTime": String(NOW / 1000) } }, true);
  f({ Null: { "aws:MultiFactorAuthPresent": "true", "aws:TokenIssueTime": "true", "aws:SourceArn": "true" } }, true);
  f({ Bool: { "aws:MultiFactorAuthPresent": "true" } }, true, role);
  f({ NumericLessThan: { "aws:MultiFactorAuthAge": "31" } }, true, role);
  f({ NumericLessThan: { "aws:MultiFactorAuthAge": "30" } }, false, role);
  f({ DateLessThan: { "aws:TokenIssueTime": "2026-11-21T10:00:00Z" } }, true, role);
  f({ StringEquals: { "aws:PrincipalTag/Team": "blue", "aws:SourceIdentity": "ann" } }, true, role);
  f({ StringEquals: { "aws:FederatedProvider": "ci.example.com", "ci.example.com:sub": "repo" } }, true, role);
  // Of a session it is the role's, and a role has no user name.
  f({ ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/r` } }, true, role);
  f({ Null: { "aws:username": "true" } }, true, role);
});

test("what a session keeps can not stand for what is known", () => {
  const { allowed } = open();
  const session: CallerSession = {
    issuedAt: NOW,
    mfaAt: undefined,
    sourceIdentity: undefined,
    context: { "aws:SourceIp": "10.0.0.1", "AWS:MultiFactorAuthPresent": "true" },
  };
  assert.equal(allowed(caller(allow({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }), { session })), false);
  assert.equal(allowed(caller(allow({ Bool: { "aws:MultiFactorAuthPresent": "true" } }), { session })), false);
});

test("TLS counts where callers come by it", () => {
  const secured = caller(allow({ Bool: { "aws:SecureTransport": "true" } }));
  assert.equal(open(true).allowed(secured), true);
  assert.equal(open(false).allowed(secured), false);
});

test("a resource with two names is allowed by either, and denied by either", () => {
  const { allowed } = open();
  const need = { action: "logs:X", resource: "arn:aws:logs:e:1:g", also: "arn:aws:logs:e:1:g:log-stream:" };
  const f = (effect: string, resource: string, expected: boolean) => {
    const base = effect === "Deny" ? [{ Effect: "Allow", Action: "*", Resource: "*" }] : [];
    const set = setOf("identity", ...base, { Effect: effect, Action: "*", Resource: resource });
    const policies = () => ({ identity: set, boundary: undefined, session: undefined });
    const facts = { account: ACCOUNT };
    assert.equal(allowed(caller(undefined, { policies }), { need, facts }), expected, `${effect} ${resource}`);
  };
  f("Allow", "arn:aws:logs:e:1:g", true);
  f("Allow", "arn:aws:logs:e:1:g:*", true);
  f("Allow", "arn:aws:logs:e:1:h", false);
  f("Deny", "arn:aws:logs:e:1:g", false);
  f("Deny", "arn:aws:logs:e:1:g:*", false);
  f("Deny", "arn:aws:logs:e:1:h", true);
});

test("a topic's default policy lets in what acts for its own account's resources, and nobody by itself", () => {
  const { allowed } = open();
  const topic = `arn:aws:sns:eu-central-1:${ACCOUNT}:t`;
  const text = JSON.stringify({
    Version: "2008-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "SNS:Publish",
      Resource: topic,
      Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } },
    },
  });
  const facts = { account: ACCOUNT, policy: resourcePolicies().compile(text, topic) };
  const need = { action: "SNS:Publish", resource: topic };
  assert.equal(allowed(caller(undefined), { need, facts }), false);
  const other = caller(
    { Effect: "Allow", Action: "*", Resource: "*" },
    {
      requester: { kind: "root", account: "999999999999", arn: "arn:aws:iam::999999999999:root" },
    },
  );
  assert.equal(allowed(other, { need, facts, account: "999999999999" }), false);
  const act = (sourceAccount: string) =>
    allowed(servicePrincipal("cloudwatch.amazonaws.com"), {
      need,
      facts,
      sourceAccount,
      sourceArn: "arn:aws:cloudwatch:::",
    });
  assert.equal(act(ACCOUNT), true);
  assert.equal(act("999999999999"), false);
});

test("a principal that identity did not make may nothing", () => {
  const { allowed } = open();
  for (const type of ["IAMUser", "Root", "AssumedRole", "FederatedUser", "Anonymous", "WebIdentityUser"] as const) {
    assert.equal(allowed({ type, arn: "arn:aws:iam::111122223333:root", principalId: ACCOUNT }), false, type);
  }
});

test("decisions are kept for the record of their call, once, with what nearly applied", () => {
  const { ask, rulings } = open();
  ask(caller(allow({ StringEquals: { "aws:username": "bob" } })));
  const [ruling, ...more] = rulings.take("r-1");
  assert.equal(more.length, 0);
  assert.deepEqual(ruling, {
    action: "logs:X",
    resource: "arn:aws:logs:eu-central-1:111122223333:log-group:g",
    outcome: "implicit-deny",
    statements: [],
    denial: {
      by: "identity",
      principal: "arn:aws:iam::111122223333:user/alice",
      asked: ["identity: my-identity"],
      missed: [
        {
          kind: "identity",
          policy: "my-identity",
          statement: 0,
          effect: "Allow",
          wants: "StringEquals aws:username bob; the request has alice",
        },
      ],
    },
  });
  assert.deepEqual(rulings.take("r-1"), []);
});

test("a resource policy that cannot be read allows nothing, and keeps nobody of the account out", () => {
  const { allowed } = open();
  const facts = { account: ACCOUNT, policy: resourcePolicies().compile("{", "r") };
  assert.equal(allowed(caller(undefined), { facts }), false);
  assert.equal(allowed(caller({ Effect: "Allow", Action: "*", Resource: "*" }), { facts }), true);
});
