import assert from "node:assert/strict";
import { test } from "node:test";
import { askPolicy, PolicyFault, type PolicyQuestion, readKeyPolicy } from "./key-policy.ts";

const anna = "arn:aws:iam::111111111111:user/anna";
const question: PolicyQuestion = {
  account: "111111111111",
  principals: [anna],
  service: undefined,
  action: "kms:Decrypt",
  resource: "arn:aws:kms:us-east-1:111111111111:key/k",
  values: () => undefined,
};
const allow = (Principal: unknown, Action: unknown = "kms:*", more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action,
  Resource: "*",
  ...more,
});
const answer = (statements: object[], change: Partial<PolicyQuestion> = {}) =>
  askPolicy(readKeyPolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements })), {
    ...question,
    ...change,
  });

test("the caller's own name, everybody, and the account are told apart", () => {
  assert.equal(answer([allow({ AWS: anna })]), "principal");
  assert.equal(answer([allow("*")]), "principal");
  assert.equal(answer([allow({ AWS: ["*"] })]), "principal");
  assert.equal(answer([allow({ AWS: "111111111111" })]), "account");
  assert.equal(answer([allow({ AWS: "arn:aws:iam::111111111111:root" })]), "account");
  assert.equal(answer([allow({ AWS: "arn:aws:iam::222222222222:root" })]), "nothing");
  assert.equal(answer([allow({ AWS: "arn:aws:iam::111111111111:user/ann" })]), "nothing");
  assert.equal(answer([allow({ AWS: "arn:aws:iam::111111111111:root" }), allow({ AWS: anna })]), "principal");
});

test("a denial counts before and after what allows", () => {
  const deny = { Effect: "Deny", Principal: { AWS: "111111111111" }, Action: "kms:D*", Resource: "*" };
  assert.equal(answer([deny, allow({ AWS: anna })]), "deny");
  assert.equal(answer([allow({ AWS: anna }), deny]), "deny");
  assert.equal(answer([allow({ AWS: anna }), deny], { action: "kms:Encrypt" }), "principal");
});

test("actions have no case, NotAction turns them round, and resources are looked at", () => {
  assert.equal(answer([allow("*", "KMS:decrypt")]), "principal");
  assert.equal(answer([allow("*", ["kms:Encrypt", "kms:Re*"])]), "nothing");
  assert.equal(answer([{ Effect: "Allow", Principal: "*", NotAction: "kms:Decrypt", Resource: "*" }]), "nothing");
  assert.equal(answer([{ Effect: "Allow", Principal: "*", NotAction: "kms:Encrypt", Resource: "*" }]), "principal");
  assert.equal(answer([allow("*", "kms:*", { Resource: "arn:aws:kms:us-east-1:111111111111:key/other" })]), "nothing");
});

test("a service is allowed by its own name alone", () => {
  const service = { service: "logs.us-east-1.amazonaws.com" };
  assert.equal(answer([allow({ Service: "logs.us-east-1.amazonaws.com" })], service), "principal");
  assert.equal(answer([allow({ Service: "sns.amazonaws.com" }), allow({ AWS: "*" })], service), "nothing");
});

for (const [text, reason] of [
  ["", /JSON/],
  ["[]", /must be an object/],
  ['{"Statement":[]}', /needs a Statement/],
  ['{"Version":"2020-01-01","Statement":{}}', /Version/],
  ['{"Statement":{"Effect":"allow"}}', /Effect must be/],
  ['{"Statement":{"Effect":"Allow","NotPrincipal":"*","Action":"*","Resource":"*"}}', /NotPrincipal/],
  ['{"Statement":{"Effect":"Allow","Principal":{"Federated":"x"},"Action":"*","Resource":"*"}}', /Federated/],
  [
    '{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/*"},"Action":"*","Resource":"*"}}',
    /no principal/,
  ],
  ['{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}', /Resource must be/],
  [
    '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"1.2.3.4"}}}}',
    /IpAddress is not taken/,
  ],
  [
    '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"\\u0024{aws:username}"}}}}',
    /variables/,
  ],
] as const) {
  test(`refused with its reason: ${text}`, () => {
    assert.throws(
      () => readKeyPolicy(text),
      (error) => error instanceof PolicyFault && reason.test(error.message),
    );
  });
}
