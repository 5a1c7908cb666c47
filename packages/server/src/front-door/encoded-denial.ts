import type { Call } from "@nephoscope/wire";
import type { AccessQuestion, Answer } from "../platform/access/authority.ts";

/** Seals what is told of a denial for those of the account who may read it (sts:DecodeAuthorizationMessage). */
export type SealDenial = (account: string, message: object) => string;

type Denial = Extract<Answer, { allowed: false }>;

/** EC2's text of a denial, whose second half only sts:DecodeAuthorizationMessage can read. */
export function withEncodedDenial(seal: SealDenial, call: Call, question: AccessQuestion, answer: Denial): string {
  const encoded = seal(call.account, denialMessage(call, question, answer));
  return `You are not authorized to perform this operation. ${answer.message}. Encoded authorization failure message: ${encoded}`;
}

/** In the form of the example in STS's API reference. */
function denialMessage(call: Call, { need }: AccessQuestion, { decision }: Denial): object {
  const { principalId, userName, arn } = call.principal;
  return {
    allowed: false,
    explicitDeny: decision.outcome === "explicit-deny",
    matchedStatements: {
      items: decision.statements.map(({ sid, effect, policy, index }) => ({
        statementId: sid ?? "",
        effect: effect === "Deny" ? "DENY" : "ALLOW",
        policy: policy.arn ?? policy.name,
        statement: index,
      })),
    },
    failures: { items: [] },
    context: {
      principal: { id: principalId, ...(userName !== undefined && { name: userName }), arn },
      action: need.action,
      resource: need.resource,
      conditions: {
        items: Object.entries(need.keys ?? {}).flatMap(([key, value]) =>
          value === undefined ? [] : { key, values: { items: [value].flat().map((one) => ({ value: one })) } },
        ),
      },
    },
  };
}
