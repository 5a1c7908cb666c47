import { changeDocument } from "../commit.ts";
import { invalidParameter, type SnsOperation } from "../operation.ts";
import { arnOfTopic, requireTopic, type Topic } from "./topic.ts";
import { defaultPolicy } from "./topic-attributes.ts";

interface Policy {
  readonly Statement: readonly { readonly Sid?: unknown }[];
}

const ACTIONS: ReadonlySet<string> = new Set([
  "*",
  "AddPermission",
  "DeleteTopic",
  "GetDataProtectionPolicy",
  "GetTopicAttributes",
  "ListSubscriptionsByTopic",
  "ListTagsForResource",
  "Publish",
  "PutDataProtectionPolicy",
  "RemovePermission",
  "SetTopicAttributes",
  "Subscribe",
]);

function policyOf(document: Topic, arn: string, account: string): Policy {
  const policy = JSON.parse(document.attributes.Policy ?? defaultPolicy(arn, account)) as { Statement?: unknown };
  const statements = policy.Statement ?? [];
  return { ...policy, Statement: (Array.isArray(statements) ? statements : [statements]) as Policy["Statement"] };
}

const oneOrMany = (texts: readonly string[]) => (texts.length === 1 ? texts[0] : texts);

export const addPermission: SnsOperation<"AddPermission"> = async (input, call, deps) => {
  const wrong = input.ActionName.find((action) => !ACTIONS.has(action));
  if (wrong !== undefined || input.ActionName.length === 0) {
    throw invalidParameter(call, "Policy statement action out of service scope!");
  }
  const stranger = input.AWSAccountId.find((id) => !/^\d{12}$/.test(id));
  if (stranger !== undefined || input.AWSAccountId.length === 0) throw invalidParameter(call, "AWSAccountId");
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(input.Label)) throw invalidParameter(call, "Label");
  await changeDocument<Topic>(
    deps,
    call,
    () => requireTopic(deps, call, input.TopicArn),
    (document) => {
      const { ref } = requireTopic(deps, call, input.TopicArn);
      const policy = policyOf(document, input.TopicArn, ref.account);
      if (policy.Statement.some(({ Sid }) => Sid === input.Label))
        throw invalidParameter(call, "Statement already exists");
      const statement = {
        Sid: input.Label,
        Effect: "Allow",
        Principal: { AWS: oneOrMany(input.AWSAccountId.map((id) => `arn:aws:iam::${id}:root`)) },
        Action: oneOrMany(input.ActionName.map((action) => `SNS:${action}`)),
        Resource: input.TopicArn,
      };
      const changed = JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
      return { ...document, attributes: { ...document.attributes, Policy: changed } };
    },
  );
  return {};
};

/** Removing a label that isn't there is no fault. */
export const removePermission: SnsOperation<"RemovePermission"> = async (input, call, deps) => {
  await changeDocument<Topic>(
    deps,
    call,
    () => requireTopic(deps, call, input.TopicArn),
    (document) => {
      const topic = requireTopic(deps, call, input.TopicArn);
      const policy = policyOf(document, arnOfTopic(topic), topic.ref.account);
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== input.Label);
      if (Statement.length === policy.Statement.length) return document;
      return { ...document, attributes: { ...document.attributes, Policy: JSON.stringify({ ...policy, Statement }) } };
    },
  );
  return {};
};
