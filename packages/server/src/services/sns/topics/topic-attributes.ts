import { policyFault } from "../../../platform/access/resource-policies.ts";
import { changeDocument } from "../commit.ts";
import { deliveryPolicyFault, effectiveTopicPolicy } from "../delivery/delivery-policy.ts";
import { invalidParameter, type SnsCall, type SnsOperation } from "../operation.ts";
import { SUBSCRIPTION_KIND, type Subscription } from "../subscriptions/subscription.ts";
import { arnOfTopic, isFifo, requireTopic, type Topic } from "./topic.ts";

const flag = (text: string) => text === "true" || text === "false";

/** What can be set, and what each may be. Documents are checked further. */
const SETTABLE: Readonly<Record<string, (text: string) => boolean>> = {
  DeliveryPolicy: (text) => text === "" || deliveryPolicyFault(text, "topic") === undefined,
  DisplayName: (text) => text.length <= 100 && !/\p{Cc}/u.test(text),
  Policy: (text) => policyFault(text) === undefined,
  SignatureVersion: (text) => text === "1" || text === "2",
  ContentBasedDeduplication: flag,
  FifoThroughputScope: (text) => text === "Topic" || text === "MessageGroup",
  FifoTopic: flag,
  KmsMasterKeyId: (text) => text.length <= 2_048,
  TracingConfig: (text) => text === "PassThrough",
};

/** What AWS has and Nephoscope has not, each with what to do. */
const UNSUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/^(ArchivePolicy|BeginningArchiveTime)$/, "Nephoscope keeps no archive of messages"],
  [
    /FeedbackRoleArn$|FeedbackSampleRate$/,
    "Nephoscope logs no delivery status; `nephoscope outbox` shows deliveries that wait or failed",
  ],
  [/^TracingConfig$/, "Nephoscope traces no messages; the only value is PassThrough"],
];

/** Refuses attributes that can't be set; `prefix` goes before what is wrong. */
export function checkTopicAttributes(
  call: SnsCall,
  name: string,
  given: Readonly<Record<string, string>>,
  prefix: string,
): void {
  for (const [attribute, value] of Object.entries(given)) {
    const valid = Object.hasOwn(SETTABLE, attribute) ? SETTABLE[attribute] : undefined;
    if (valid?.(value) === true) continue;
    const unsupported = UNSUPPORTED.find(([pattern]) => pattern.test(attribute))?.[1];
    // Terraform and CloudFormation send empty values for what is not set.
    if (unsupported !== undefined && value === "") continue;
    if (unsupported !== undefined)
      throw invalidParameter(call, `${prefix}${attribute} is not supported: ${unsupported}`);
    if (valid === undefined)
      throw invalidParameter(call, prefix === "" ? "AttributeName" : `${prefix}Unknown attribute ${attribute}`);
    if (attribute === "DeliveryPolicy") {
      throw invalidParameter(call, `${prefix}DeliveryPolicy: ${deliveryPolicyFault(value, "topic")}`);
    }
    if (attribute === "Policy") throw invalidParameter(call, `${prefix}Policy Error: ${policyFault(value)}`);
    throw invalidParameter(call, `${prefix}${attribute}`);
  }
  const fifo = name.endsWith(".fifo");
  const only = ["ContentBasedDeduplication", "FifoThroughputScope"].find((attribute) => given[attribute] !== undefined);
  if (!fifo && only !== undefined && given[only] !== "false") {
    throw invalidParameter(call, `${prefix}${only} can only be set for FIFO topics`);
  }
}

/** Attributes with an empty value are those that are not set. */
export const withoutEmpty = (attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""));

export const setTopicAttributes: SnsOperation<"SetTopicAttributes"> = async (input, call, deps) => {
  const { AttributeName: name, AttributeValue: value = "" } = input;
  const { ref } = requireTopic(deps, call, input.TopicArn);
  if (name === "FifoTopic")
    throw invalidParameter(call, "AttributeName Reason: FifoTopic can only be set when the topic is created");
  checkTopicAttributes(call, ref.key, { [name]: value }, "");
  await changeDocument<Topic>(
    deps,
    call,
    () => requireTopic(deps, call, input.TopicArn),
    (document) => ({ ...document, attributes: withoutEmpty({ ...document.attributes, [name]: value }) }),
  );
  return {};
};

export const getTopicAttributes: SnsOperation<"GetTopicAttributes"> = async (input, call, deps) => {
  const topic = requireTopic(deps, call, input.TopicArn);
  const arn = arnOfTopic(topic);
  const { account, region, key } = topic.ref;
  const subscriptions = deps.state.list<Subscription>({ kind: SUBSCRIPTION_KIND, account, region, prefix: `${key}:` });
  const pending = subscriptions.filter(({ document }) => document.pending !== undefined).length;
  const { attributes, removedSubscriptions } = topic.document;
  return {
    Attributes: {
      DisplayName: "",
      Policy: defaultPolicy(arn, account),
      ...(isFifo(topic) && { ContentBasedDeduplication: "false", FifoTopic: "true" }),
      ...attributes,
      EffectiveDeliveryPolicy: JSON.stringify(effectiveTopicPolicy(attributes.DeliveryPolicy)),
      TopicArn: arn,
      Owner: account,
      SubscriptionsPending: String(pending),
      SubscriptionsConfirmed: String(subscriptions.length - pending),
      SubscriptionsDeleted: String(removedSubscriptions),
    },
  };
};

/** What a topic has until another policy is set: its owner's account may do everything. */
export const defaultPolicy = (arn: string, account: string): string =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
