import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { compilePolicy } from "./compile.ts";
import { contextOf } from "./context.ts";
import { type Decision, evaluate } from "./evaluate.ts";
import { type PolicyKind, parsePolicy } from "./parse.ts";
import { type PolicySet, policySet } from "./policy-set.ts";
import { type PolicyCase, readCases } from "./testing/case-language.ts";
import { type NaivePolicy, naiveEvaluate } from "./testing/naive-evaluator.ts";

const folder = new URL("testdata/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".cases"));

/** The words of the cases for a decision. */
function shown(decision: Decision): string {
  const statements = decision.statements.map(({ policy, index }) => `${policy.kind}#${index}`).join(" ");
  if (decision.outcome === "allowed") return statements === "" ? "root" : statements;
  return decision.outcome === "explicit-deny" ? `deny ${statements}` : `lacks ${decision.kind}`;
}

function decide({ documents, requester, resourceAccount, required, action, resource, context }: PolicyCase): Decision {
  const set = (kind: PolicyKind): PolicySet | undefined => {
    const document = documents.get(kind);
    if (document === undefined) return undefined;
    return policySet([compilePolicy(parsePolicy(JSON.stringify(document), kind), { kind, name: kind })]);
  };
  return evaluate({
    requester,
    policies: { identity: set("identity") ?? policySet([]), boundary: set("boundary"), session: set("session") },
    action,
    resource,
    resourceAccount,
    resourcePolicy: set("resource") ?? set("trust"),
    resourcePolicyRequired: required,
    context: contextOf(context),
  });
}

function decideNaively(one: PolicyCase): string {
  const documents = (kind: PolicyKind): readonly NaivePolicy[] | undefined => {
    const document = one.documents.get(kind);
    // The naive evaluator reads plain JSON.
    return document === undefined ? undefined : [JSON.parse(JSON.stringify(document))];
  };
  return naiveEvaluate({
    requester: one.requester,
    identity: documents("identity") ?? [],
    boundary: documents("boundary"),
    session: documents("session"),
    resourcePolicy: documents("resource") ?? documents("trust"),
    resourcePolicyRequired: one.required,
    resourceAccount: one.resourceAccount,
    action: one.action,
    resource: one.resource,
    context: one.context,
  }).outcome;
}

for (const file of files) {
  test(`decisions of ${file}`, () => {
    for (const one of readCases(new URL(file, folder))) {
      const decision = decide(one);
      const said = `${file}:${one.line} ${one.action} ${one.resource}`;
      assert.equal(shown(decision), one.expected, said);
      assert.equal(decision.outcome === "allowed", one.allowed, said);
      assert.equal(decideNaively(one), decision.outcome, `${said}: the naive evaluator`);
    }
  });
}

test("at least 300 cases are written by hand", () => {
  const count = files.reduce((sum, file) => sum + readCases(new URL(file, folder)).length, 0);
  assert.ok(count >= 300, String(count));
});
