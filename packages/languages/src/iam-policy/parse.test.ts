import assert from "node:assert/strict";
import { test } from "node:test";
import { readTestBlocks } from "../syntax/test-blocks.ts";
import { PolicyError, policyErrorText } from "./errors.ts";
import { MAX_POLICY_DOCUMENT_LENGTH, type PolicyKind, parsePolicy, policySize } from "./parse.ts";

const KINDS: readonly PolicyKind[] = ["identity", "boundary", "session", "resource", "trust"];

function failureOf(document: string, kind: PolicyKind): PolicyError {
  try {
    parsePolicy(document, kind);
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `taken: ${document}` });
}

test("what AWS refuses is refused with its text, and with its place", () => {
  let kind: PolicyKind | undefined;
  let document = "";
  let checked = 0;
  for (const block of readTestBlocks(new URL("testdata/failures.test", import.meta.url))) {
    if (block.word === "policy") {
      kind = KINDS.find((known) => known === block.rest);
      document = block.lines.join("\n");
      continue;
    }
    assert.ok(kind !== undefined, `line ${block.line}: no such kind of policy`);
    const error = failureOf(document, kind);
    const marked = document.slice(error.startOffset, error.endOffset);
    assert.equal(`${marked} => ${error.message}`, block.rest, `line ${block.line}: ${error.detail}`);
    checked++;
  }
  assert.ok(checked > 0);
});

test("a statement holds what the document says, and where", () => {
  const statement =
    '{"Sid":"a b","Effect":"Deny","Principal":{"AWS":["*","111122223333"],"Service":"sns.amazonaws.com"},"NotAction":"sqs:Send*","NotResource":["arn:aws:sqs:*"],"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*",1,true]}}}';
  const document = `{"Id":"x","Statement":[${statement}]}`;
  const policy = parsePolicy(document, "resource");
  assert.deepEqual(JSON.parse(JSON.stringify(policy)), {
    version: "2008-10-17",
    id: "x",
    statements: [
      {
        index: 0,
        sid: "a b",
        effect: "Deny",
        principal: {
          not: false,
          everyone: true,
          aws: ["111122223333"],
          services: ["sns.amazonaws.com"],
          federated: [],
          canonicalUsers: [],
        },
        actions: { not: true, patterns: ["sqs:Send*"] },
        resources: { not: true, patterns: ["arn:aws:sqs:*"] },
        conditions: [
          {
            text: "ForAnyValue:StringLikeIfExists",
            operator: "StringLike",
            quantifier: "any",
            ifExists: true,
            key: "aws:TagKeys",
            values: ["a*", "1", "true"],
          },
        ],
        start: document.indexOf(statement),
        end: document.indexOf(statement) + statement.length,
      },
    ],
  });
});

test("a trust policy names principals and no resources", () => {
  const document =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"accounts.example.com"},"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"]}}';
  assert.equal(parsePolicy(document, "trust").statements[0]?.resources, undefined);
});

test("where AWS's text tells nothing, ours adds line, column and reason", () => {
  const document = '{"Version":"2012-10-17",\n "Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}';
  assert.equal(
    policyErrorText(failureOf(document, "identity"), document),
    'Syntax errors in policy: line 2, column 24: Effect is Allow or Deny, not "Maybe"',
  );
});

test("the size that counts is without white space, and a document has a bound", () => {
  assert.equal(policySize('{ "a" :\n\t1 }'), 7);
  assert.match(failureOf(" ".repeat(MAX_POLICY_DOCUMENT_LENGTH + 1), "identity").detail, /at most 131072/);
});

test("any text is read, or refused with a place in it", () => {
  const pieces =
    '{ } [ ] , : "Version":"2012-10-17" "Statement": "Effect":"Allow" "Action":"*" "Resource":"*" "Condition":{"Bool":{"a:b":true}} "Principal":"*" "\\u0000" " \\ 1e9 null 💥 \u0000';
  const list = pieces.split(" ");
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + random(14) }, () => list[random(list.length)]).join("");
    for (const document of [text, `{"Version":"2012-10-17","Statement":{${text}}}`]) {
      try {
        parsePolicy(document, KINDS[random(KINDS.length)] ?? "identity");
      } catch (error) {
        assert.ok(error instanceof PolicyError, `${JSON.stringify(document)}: ${String(error)}`);
        const { startOffset, endOffset } = error;
        assert.ok(0 <= startOffset && startOffset <= endOffset && endOffset <= document.length, document);
      }
    }
  }
});
