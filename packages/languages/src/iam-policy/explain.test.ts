import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "./compile.ts";
import { contextOf } from "./context.ts";
import { denialText } from "./denial-text.ts";
import { type AccessRequest, evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { type PolicyKind, parsePolicy } from "./parse.ts";
import { type PolicySet, policySet } from "./policy-set.ts";
import type { Requester } from "./requester.ts";
import { keysIn } from "./used-keys.ts";

const ALICE: Requester = {
  kind: "user",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/alice",
  id: "AIDAALICE",
};

function setOf(kind: PolicyKind, statements: readonly object[], arn?: string): PolicySet {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return policySet([
    compilePolicy(parsePolicy(text, kind), { kind, name: `my-${kind}`, ...(arn !== undefined && { arn }) }),
  ]);
}

const request = (identity: PolicySet, more: Partial<AccessRequest> = {}): AccessRequest => ({
  requester: ALICE,
  policies: { identity },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/k",
  context: contextOf({ "aws:SourceIp": "10.0.0.1" }),
  ...more,
});

function textOf(asked: AccessRequest): string {
  const decision = evaluate(asked);
  assert.ok(decision.outcome !== "allowed");
  return denialText(asked.requester, asked.action, asked.resource, decision);
}

test("a denial reads as AWS's", () => {
  const nothing = policySet([]);
  const all = setOf("identity", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  const none = [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }];
  const deny = [{ Effect: "Deny", Action: "s3:*", Resource: "*" }];
  const start =
    "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k";
  const f = (asked: AccessRequest, end: string) => assert.equal(textOf(asked), `${start} ${end}`);
  f(request(nothing), "because no identity-based policy allows the s3:GetObject action");
  f(
    request(all, { policies: { identity: all, boundary: setOf("boundary", none) } }),
    "because no permissions boundary allows the s3:GetObject action",
  );
  f(
    request(all, { policies: { identity: all, session: setOf("session", none) } }),
    "because no session policy allows the s3:GetObject action",
  );
  f(
    request(all, { resourceAccount: "222222222222" }),
    "because no resource-based policy allows the s3:GetObject action",
  );
  f(request(setOf("identity", deny)), "with an explicit deny in an identity-based policy");
  f(
    request(setOf("identity", deny, "arn:aws:iam::111122223333:policy/no-s3")),
    "with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/no-s3",
  );
  f(
    request(all, { policies: { identity: all, boundary: setOf("boundary", deny) } }),
    "with an explicit deny in a permissions boundary",
  );
  f(
    request(all, { policies: { identity: all, session: setOf("session", deny) } }),
    "with an explicit deny in a session policy",
  );
  f(
    request(all, { resourcePolicy: setOf("resource", [{ ...deny[0], Principal: "*" }]) }),
    "with an explicit deny in a resource-based policy",
  );
});

test("a trust policy is named so, and nobody is named anonymous", () => {
  const trust = setOf("trust", [{ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" }]);
  const asked = request(policySet([]), {
    action: "sts:AssumeRole",
    resource: "arn:aws:iam::111122223333:role/r",
    resourcePolicy: trust,
  });
  assert.match(textOf(asked), /sts:AssumeRole on resource: \S+ with an explicit deny in the role trust policy$/);
  assert.match(textOf(request(policySet([]), { requester: { kind: "anonymous" } })), /^User: anonymous is not/);
});

test("each statement about the action tells what it wants otherwise", () => {
  const identity = setOf("identity", [
    { Sid: "other", Effect: "Allow", Action: "sqs:*", Resource: "*" },
    { Sid: "place", Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::c/*" },
    {
      Sid: "address",
      Effect: "Allow",
      Action: "s3:*",
      Resource: "*",
      Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
    },
    { Sid: "does", Effect: "Allow", Action: "*", Resource: "*" },
  ]);
  const resourcePolicy = setOf("resource", [
    { Sid: "him", Effect: "Allow", Principal: { AWS: "222222222222" }, Action: "s3:*", Resource: "*" },
  ]);
  assert.deepEqual(
    explain(request(identity, { resourcePolicy })).map(({ statement, miss }) => [statement.sid, miss]),
    [
      ["place", { part: "resource" }],
      [
        "address",
        {
          part: "condition",
          operator: "IpAddress",
          key: "aws:SourceIp",
          values: ["192.0.2.0/24"],
          given: "10.0.0.1",
        },
      ],
      ["does", undefined],
      ["him", { part: "principal" }],
    ],
  );
});

test("decisions are frozen", () => {
  const decision = evaluate(request(setOf("identity", [{ Effect: "Allow", Action: "*", Resource: "*" }])));
  assert.ok(Object.isFrozen(decision) && Object.isFrozen(decision.statements));
});

test("the keys that a policy looks at are told once, of conditions and variables", () => {
  const variable = "$" + "{aws:username}";
  const policy = parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "*",
        Resource: `arn:aws:s3:::b/${variable}`,
        Condition: { StringEquals: { "aws:PrincipalTag/team": "x", "AWS:UserName": variable } },
      },
    }),
    "identity",
  );
  assert.deepEqual(keysIn(policy), ["aws:username", "aws:PrincipalTag/team"]);
});
