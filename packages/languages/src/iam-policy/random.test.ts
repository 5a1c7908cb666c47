import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "./compile.ts";
import { contextOf } from "./context.ts";
import { evaluate } from "./evaluate.ts";
import { type PolicyKind, parsePolicy } from "./parse.ts";
import { type PolicySet, policySet } from "./policy-set.ts";
import { type NaivePolicy, naiveEvaluate } from "./testing/naive-evaluator.ts";
import { randomNumbers, randomRequest } from "./testing/random-policies.ts";

/** IAM_POLICY_ROUNDS=1000000 is the longer mode; IAM_POLICY_SEED lets it run in parts. */
const rounds = Number(process.env.IAM_POLICY_ROUNDS ?? 5_000);
const firstSeed = Number(process.env.IAM_POLICY_SEED ?? 1);

const setOf = (documents: readonly object[], kind: PolicyKind): PolicySet =>
  policySet(
    documents.map((document, at) =>
      compilePolicy(parsePolicy(JSON.stringify(document), kind), { kind, name: `${kind}-${at}` }),
    ),
  );

test(`the engine decides as the naive evaluator on ${rounds} random sets of policies`, () => {
  const outcomes: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const request = randomRequest(randomNumbers(seed));
    const { documents, requester, resourceAccount, required, action, resource, context } = request;
    const { identity, boundary, session, resource: resourcePolicy } = documents;
    const decision = evaluate({
      requester,
      policies: {
        identity: setOf(identity ?? [], "identity"),
        boundary: boundary && setOf(boundary, "boundary"),
        session: session && setOf(session, "session"),
      },
      action,
      resource,
      resourceAccount,
      resourcePolicy: resourcePolicy && setOf(resourcePolicy, "resource"),
      resourcePolicyRequired: required,
      context: contextOf(context),
    });
    // The naive evaluator reads plain JSON.
    const plain: Record<string, readonly NaivePolicy[] | undefined> = JSON.parse(JSON.stringify(documents));
    const naive = naiveEvaluate({
      requester,
      identity: plain.identity ?? [],
      boundary: plain.boundary,
      session: plain.session,
      resourcePolicy: plain.resource,
      resourcePolicyRequired: required,
      resourceAccount,
      action,
      resource,
      context,
    });
    if (decision.outcome !== naive.outcome || ("kind" in decision && !naive.kinds.includes(decision.kind))) {
      assert.deepEqual(decision, naive, `IAM_POLICY_SEED=${seed} IAM_POLICY_ROUNDS=1\n${JSON.stringify(request)}`);
    }
    const reason = "kind" in decision ? `${decision.outcome} ${decision.kind}` : decision.outcome;
    outcomes[reason] = (outcomes[reason] ?? 0) + 1;
  }
  if (rounds < 5_000) return;
  // A generator that never reaches an outcome compares nothing.
  for (const kind of ["identity", "boundary", "session", "resource"]) {
    assert.ok((outcomes[`explicit-deny ${kind}`] ?? 0) > 20, JSON.stringify(outcomes));
    assert.ok((outcomes[`implicit-deny ${kind}`] ?? 0) > 20, JSON.stringify(outcomes));
  }
  assert.ok((outcomes.allowed ?? 0) > rounds / 20, JSON.stringify(outcomes));
});
