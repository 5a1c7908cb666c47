import {
  compilePolicy,
  contextOf,
  evaluate,
  type PolicySet,
  parsePolicy,
  policySet,
  type Requester,
} from "@nephoscope/languages/iam-policy";
import { type Case, median } from "../case.ts";

const POLICIES = 20;
const DECISIONS = 200_000;
const RUNS = 5;
const SERVICES = ["logs", "cloudwatch", "sns", "sqs", "kms", "s3", "iam", "sts", "ssm", "ec2"] as const;

/**
 * Policies as people write them: of each of ten services two, with lists of actions, prefixes, tags, variables and
 * conditions, 100 statements in all; a few are about all services.
 */
function policiesOfUser(): PolicySet {
  return policySet(
    Array.from({ length: POLICIES }, (_none, at) => {
      const service = SERVICES[at % SERVICES.length];
      const username = "$" + "{aws:username}";
      const document = {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`],
            Resource: `arn:aws:${service}:*:111122223333:shared/${at}/*`,
          },
          {
            Effect: "Allow",
            Action: [`${service}:Put${at}`, `${service}:Send*`, `${service}:Publish`],
            Resource: [`arn:aws:${service}:*:111122223333:own/${username}/*`, `arn:aws:${service}:::other/${at}/*`],
            Condition: { StringEquals: { "aws:PrincipalTag/team": ["blue", "green"] } },
          },
          {
            Effect: "Deny",
            Action: `${service}:Delete*`,
            Resource: "*",
            Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
          },
          {
            Effect: "Deny",
            Action: at % 5 === 0 ? "*" : `${service}:*`,
            Resource: "*",
            Condition: { NotIpAddress: { "aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"] } },
          },
          {
            Effect: "Allow",
            Action: `${service}:*`,
            Resource: `arn:aws:${service}:*:*:project-${at}-*`,
            Condition: { StringLike: { "aws:RequestTag/project": `p-${at}-*` } },
          },
        ],
      };
      const kind = "identity";
      return compilePolicy(parsePolicy(JSON.stringify(document), kind), { kind, name: `policy-${at}` });
    }),
  );
}

export const policyDecisions: Case = {
  name: "policy-decisions",
  about: `How many requests a second the policy engine decides on one core, for a user with ${POLICIES} policies of five statements: a context made anew for each, a third of the requests allowed by the last policy, a third denied by none, a third denied by one.`,
  async run() {
    const identity = policiesOfUser();
    const requester: Requester = {
      kind: "user",
      account: "111122223333",
      arn: "arn:aws:iam::111122223333:user/alice",
      id: "AIDAALICE",
    };
    const questions = SERVICES.flatMap((service, at) => [
      { action: `${service}:PublIsh`, resource: `arn:aws:${service}:::other/${at + 10}/x`, expected: "allowed" },
      { action: `${service}:Put`, resource: `arn:aws:${service}:eu:111122223333:shared/x`, expected: "implicit-deny" },
      { action: `${service}:DeleteAll`, resource: `arn:aws:${service}:eu:111122223333:x`, expected: "explicit-deny" },
    ]);
    const seconds: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      for (let count = 0; count < DECISIONS; count++) {
        const question = questions[count % questions.length];
        if (question === undefined) continue;
        const { action, resource, expected } = question;
        const decision = evaluate({
          requester,
          policies: { identity },
          action,
          resource,
          context: contextOf({
            "aws:username": "alice",
            "aws:SourceIp": "10.1.2.3",
            "aws:PrincipalTag/team": "blue",
            "aws:MultiFactorAuthPresent": "false",
            "aws:CurrentTime": "2026-11-21T10:00:00Z",
            "aws:UserAgent": "bench",
          }),
        });
        if (decision.outcome !== expected) throw new Error(`${action} on ${resource}: ${decision.outcome}`);
      }
      seconds.push((performance.now() - start) / 1_000);
    }
    return [
      {
        name: `${POLICIES} policies`,
        value: DECISIONS / median(seconds),
        unit: "decisions/s",
        target: { atLeast: 100_000 },
      },
    ];
  },
};
