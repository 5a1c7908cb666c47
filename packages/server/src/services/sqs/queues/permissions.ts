import { changeDocument } from "../commit.ts";
import { invalidParameter, type SqsOperation } from "../operation.ts";
import { arnOfQueue, type Queue, requireQueue } from "./queue.ts";

interface Statement {
  readonly Sid?: unknown;
}

interface Policy {
  readonly Version: unknown;
  readonly Id: unknown;
  readonly Statement: readonly Statement[];
}

/** Queues have at most seven actions in a permission (SQS developer guide, "Policy quotas"). */
const MAX_ACTIONS = 7;
const ACTIONS: ReadonlySet<string> = new Set([
  "*",
  "SendMessage",
  "ReceiveMessage",
  "DeleteMessage",
  "ChangeMessageVisibility",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
]);

function policyOf(document: Queue, arn: string): Policy {
  const policy = JSON.parse(document.attributes.Policy ?? "{}") as Partial<Policy>;
  const statements = policy.Statement ?? [];
  return {
    Version: policy.Version ?? "2012-10-17",
    Id: policy.Id ?? `${arn}/SQSDefaultPolicy`,
    Statement: Array.isArray(statements) ? statements : [statements as Statement],
  };
}

export const addPermission: SqsOperation<"AddPermission"> = async (input, call, deps) => {
  const { Label, Actions, AWSAccountIds } = input;
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(Label)) {
    throw invalidParameter(
      `Value ${Label} for parameter Label is invalid. Reason: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.`,
    );
  }
  const wrong = Actions.find((action) => !ACTIONS.has(action));
  if (wrong !== undefined || Actions.length === 0) {
    throw invalidParameter(
      `Value SQS:${wrong ?? ""} for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.`,
    );
  }
  if (Actions.length > MAX_ACTIONS)
    throw call.error("OverLimit", `${Actions.length} Actions were found, maximum allowed is ${MAX_ACTIONS}.`);
  const stranger = AWSAccountIds.find((id) => !/^\d{12}$/.test(id));
  if (stranger !== undefined || AWSAccountIds.length === 0) {
    throw invalidParameter(`Value [${stranger ?? ""}] for parameter PrincipalId is invalid. Reason: Unable to verify.`);
  }
  await changeDocument<Queue>(
    deps,
    call,
    () => requireQueue(deps, call, input.QueueUrl),
    (document) => {
      const arn = arnOfQueue(requireQueue(deps, call, input.QueueUrl));
      const policy = policyOf(document, arn);
      if (policy.Statement.some(({ Sid }) => Sid === Label)) {
        throw invalidParameter(`Value ${Label} for parameter Label is invalid. Reason: Already exists.`);
      }
      const statement = {
        Sid: Label,
        Effect: "Allow",
        Principal: { AWS: oneOrMany(AWSAccountIds.map((id) => `arn:aws:iam::${id}:root`)) },
        Action: oneOrMany(Actions.map((action) => `SQS:${action}`)),
        Resource: arn,
      };
      return withPolicy(document, { ...policy, Statement: [...policy.Statement, statement] }, deps.clock.now());
    },
  );
  return {};
};

export const removePermission: SqsOperation<"RemovePermission"> = async (input, call, deps) => {
  await changeDocument<Queue>(
    deps,
    call,
    () => requireQueue(deps, call, input.QueueUrl),
    (document) => {
      const policy = policyOf(document, arnOfQueue(requireQueue(deps, call, input.QueueUrl)));
      const rest = policy.Statement.filter(({ Sid }) => Sid !== input.Label);
      if (rest.length === policy.Statement.length) {
        throw invalidParameter(
          `Value ${input.Label} for parameter Label is invalid. Reason: can't find label on existing policy.`,
        );
      }
      return withPolicy(document, { ...policy, Statement: rest }, deps.clock.now());
    },
  );
  return {};
};

const oneOrMany = (texts: readonly string[]) => (texts.length === 1 ? texts[0] : texts);

function withPolicy(document: Queue, policy: Policy, modifiedAt: number): Queue {
  const { Policy: _, ...others } = document.attributes;
  const attributes = policy.Statement.length === 0 ? others : { ...others, Policy: JSON.stringify(policy) };
  return { ...document, attributes, modifiedAt };
}
