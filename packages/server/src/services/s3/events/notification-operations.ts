import { randomUUID } from "node:crypto";
import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { notImplemented, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { testMessage } from "./event-record.ts";
import { EVENT_PATTERNS, type NotificationRule, overlaps } from "./notification-rules.ts";

/** S3 user guide, "Amazon S3 quotas": notification configurations of a bucket. */
const MAX_RULES = 100;

const kindOf = (arn: string): string => arn.split(":")[2] ?? "";

export const getBucketNotificationConfiguration: S3Operation<"GetBucketNotificationConfiguration"> = async (
  input,
  _call,
  deps,
) => {
  const rules = findBucket(deps, input).document.notifications ?? [];
  const of = (kind: string) =>
    rules
      .filter(({ arn }) => kindOf(arn) === kind)
      .map(({ id, arn, events, prefix, suffix }) => {
        const filters = [
          ...(prefix === "" ? [] : [{ Name: "prefix" as const, Value: prefix }]),
          ...(suffix === "" ? [] : [{ Name: "suffix" as const, Value: suffix }]),
        ];
        return {
          arn,
          told: {
            Id: id,
            Events: [...events] as "s3:ObjectCreated:*"[],
            ...(filters.length > 0 && { Filter: { Key: { FilterRules: filters } } }),
          },
        };
      });
  const topics = of("sns").map(({ arn, told }) => ({ ...told, TopicArn: arn }));
  const queues = of("sqs").map(({ arn, told }) => ({ ...told, QueueArn: arn }));
  const functions = of("lambda").map(({ arn, told }) => ({ ...told, LambdaFunctionArn: arn }));
  return {
    ...(topics.length > 0 && { TopicConfigurations: topics }),
    ...(queues.length > 0 && { QueueConfigurations: queues }),
    ...(functions.length > 0 && { LambdaFunctionConfigurations: functions }),
  };
};

interface Given {
  readonly Id?: string | undefined;
  readonly Events: readonly string[];
  readonly Filter?:
    | {
        readonly Key?:
          | {
              readonly FilterRules?:
                | readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[]
                | undefined;
            }
          | undefined;
      }
    | undefined;
}

function ruleOf(arn: string, { Id, Events, Filter }: Given): NotificationRule {
  const unknown = Events.find((name) => !EVENT_PATTERNS.has(name));
  if (unknown !== undefined || Events.length === 0)
    throw refusal("InvalidArgument", `The event '${String(unknown).slice(0, 80)}' is not supported for notifications`);
  let [prefix, suffix] = ["", ""];
  for (const { Name = "", Value = "" } of Filter?.Key?.FilterRules ?? []) {
    const name = Name.toLowerCase();
    if (name === "prefix" && prefix === "") prefix = Value;
    else if (name === "suffix" && suffix === "") suffix = Value;
    else throw refusal("InvalidArgument", "filter rule name must be either prefix or suffix");
  }
  return { id: Id ?? randomUUID(), arn, events: Events, prefix, suffix };
}

export const putBucketNotificationConfiguration: S3Operation<"PutBucketNotificationConfiguration"> = async (
  input,
  call,
  deps,
) => {
  const given = input.NotificationConfiguration;
  if (given.EventBridgeConfiguration) throw notImplemented("Sending events of buckets to EventBridge");
  const rules = [
    ...(given.TopicConfigurations ?? []).map((one) => ruleOf(one.TopicArn, one)),
    ...(given.QueueConfigurations ?? []).map((one) => ruleOf(one.QueueArn, one)),
    ...(given.LambdaFunctionConfigurations ?? []).map((one) => ruleOf(one.LambdaFunctionArn, one)),
  ];
  if (rules.length > MAX_RULES)
    throw refusal("InvalidArgument", `A bucket has at most ${MAX_RULES} notification configurations.`);
  for (const [i, one] of rules.entries())
    if (rules.slice(i + 1).some((other) => overlaps(one, other)))
      throw refusal(
        "InvalidArgument",
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
      );
  const { document: bucket } = findBucket(deps, input);
  const isNew = ({ arn }: NotificationRule) => bucket.notifications?.some((known) => known.arn === arn) !== true;
  if (!input.SkipDestinationValidation)
    for (const rule of rules)
      if (!deps.eventTargets.knows(rule.arn))
        throw refusal(
          "InvalidArgument",
          `Unable to validate the following destination configurations: ${rule.arn} is not there, or is of a kind that this server does not have.`,
        );
  await changeBucket(deps, call, input, ({ notifications: _, ...rest }) =>
    rules.length === 0 ? rest : { ...rest, notifications: rules },
  );
  for (const arn of new Set(rules.filter(isNew).map((rule) => rule.arn)))
    await deps.events.tell(arn, input.Bucket, bucket, testMessage(input.Bucket, call.requestId, deps.clock.now()));
  return {};
};
