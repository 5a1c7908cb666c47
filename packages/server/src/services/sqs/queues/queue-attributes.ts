import { policyFault } from "../../../platform/access/resource-policies.ts";
import type { State } from "../../../platform/state/state.ts";
import { invalidParameter, type SqsCall } from "../operation.ts";
import { findQueueByArn, isFifo, parseQueueArn, type Queue, type Scope } from "./queue.ts";

type Attributes = Readonly<Record<string, string>>;

const WHOLE = /^\d{1,10}$/;
const between = (min: number, max: number) => (text: string) =>
  WHOLE.test(text) && Number(text) >= min && Number(text) <= max;
const oneOf =
  (...values: string[]) =>
  (text: string) =>
    values.includes(text);
const flag = oneOf("true", "false");

/** What each attribute may be (SQS API reference, CreateQueue). JSON documents are checked apart. */
const VALID: Readonly<Record<string, (text: string) => boolean>> = {
  DelaySeconds: between(0, 900),
  MaximumMessageSize: between(1_024, 1_048_576),
  MessageRetentionPeriod: between(60, 1_209_600),
  ReceiveMessageWaitTimeSeconds: between(0, 20),
  VisibilityTimeout: between(0, 43_200),
  FifoQueue: flag,
  ContentBasedDeduplication: flag,
  DeduplicationScope: oneOf("messageGroup", "queue"),
  FifoThroughputLimit: oneOf("perQueue", "perMessageGroupId"),
  SqsManagedSseEnabled: flag,
  KmsMasterKeyId: () => true,
  KmsDataKeyReusePeriodSeconds: between(60, 86_400),
  Policy: () => true,
  RedrivePolicy: () => true,
  RedriveAllowPolicy: () => true,
};

export const DEFAULTS = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
} as const;

const FIFO_ONLY = ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];
const LONGEST_POLICY = 20_480;

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/**
 * The attributes of a queue after `given` is set on it, checked whole. An empty document takes an attribute away.
 *
 * @throws AWS's errors for what can't be set
 */
export function applyAttributes(
  state: State,
  call: SqsCall,
  queue: Scope & { readonly name: string; readonly attributes: Attributes },
  given: Attributes,
): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const valid = Object.hasOwn(VALID, name) ? VALID[name] : undefined;
    if (valid === undefined) throw call.error("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (!valid(value)) throw invalidValue(call, name);
  }
  const keyed = (given.KmsMasterKeyId ?? "") !== "";
  if (keyed && given.SqsManagedSseEnabled === "true") {
    throw call.error(
      "InvalidAttributeValue",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  // The one that is given takes the place of the other.
  const replaced: Attributes = {
    ...(keyed && { SqsManagedSseEnabled: "" }),
    ...(given.SqsManagedSseEnabled === "true" && { KmsMasterKeyId: "" }),
  };
  const merged = Object.fromEntries(
    Object.entries({ ...queue.attributes, ...given, ...replaced }).filter(
      ([name, value]) => value !== "" || name in DEFAULTS,
    ),
  );
  const fifo = queue.name.endsWith(".fifo");
  if (!fifo && FIFO_ONLY.some((name) => merged[name] !== undefined && merged[name] !== "false")) {
    const name = FIFO_ONLY.find((only) => merged[only] !== undefined) ?? "";
    throw call.error("InvalidAttributeName", `You can specify the ${name} only when FifoQueue is set to true.`);
  }
  if (merged.FifoThroughputLimit === "perMessageGroupId" && merged.DeduplicationScope !== "messageGroup") {
    throw invalidValue(call, "FifoThroughputLimit");
  }
  if (merged.Policy !== undefined) checkPolicy(call, merged.Policy);
  if (merged.RedrivePolicy !== undefined && given.RedrivePolicy !== undefined)
    checkRedrive(state, queue, merged.RedrivePolicy);
  if (merged.RedriveAllowPolicy !== undefined) checkRedriveAllow(call, merged.RedriveAllowPolicy);
  return merged;
}

const invalidValue = (call: SqsCall, name: string): Error =>
  call.error("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);

function checkPolicy(call: SqsCall, text: string): void {
  if (text.length > LONGEST_POLICY) throw invalidValue(call, "Policy");
  const fault = policyFault(text);
  if (fault !== undefined) {
    throw call.error("InvalidAttributeValue", `Invalid value for the parameter Policy. Reason: ${fault}`);
  }
}

function checkRedrive(state: State, queue: Scope & { name: string }, text: string): void {
  const policy = readRedrivePolicy(text);
  const refuse = (reason: string) =>
    invalidParameter(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  if (policy === undefined) {
    throw refuse("Redrive policy must be a JSON object with deadLetterTargetArn and a maxReceiveCount from 1 to 1000.");
  }
  const place = parseQueueArn(policy.deadLetterTargetArn);
  if (place === undefined) throw refuse("Invalid value for deadLetterTargetArn.");
  if (place.account !== queue.account || place.region !== queue.region) {
    throw refuse("Dead-letter target owner should be same as the source, in the same region.");
  }
  const target = findQueueByArn(state, policy.deadLetterTargetArn);
  if (target === undefined) throw refuse("Dead letter target does not exist.");
  if (isFifo(target) !== queue.name.endsWith(".fifo"))
    throw refuse("Dead-letter queue must be same type of queue as the source.");
  const allow = readObject(target.document.attributes.RedriveAllowPolicy ?? "{}");
  const source = `arn:aws:sqs:${queue.region}:${queue.account}:${queue.name}`;
  const listed = Array.isArray(allow?.sourceQueueArns) && allow.sourceQueueArns.includes(source);
  if (allow?.redrivePermission === "denyAll" || (allow?.redrivePermission === "byQueue" && !listed)) {
    throw refuse("The dead-letter queue's RedriveAllowPolicy does not allow this queue.");
  }
}

function checkRedriveAllow(call: SqsCall, text: string): void {
  const policy = readObject(text);
  const { redrivePermission, sourceQueueArns } = policy ?? {};
  const byQueue = redrivePermission === "byQueue";
  const arns = Array.isArray(sourceQueueArns) ? sourceQueueArns : undefined;
  const good =
    (redrivePermission === "allowAll" || redrivePermission === "denyAll" || byQueue) &&
    (byQueue ? arns !== undefined && arns.length >= 1 && arns.length <= 10 : sourceQueueArns === undefined) &&
    (arns ?? []).every((arn) => typeof arn === "string" && parseQueueArn(arn) !== undefined);
  if (!good) throw invalidValue(call, "RedriveAllowPolicy");
}

/** Undefined when the text is no such policy. AWS takes the count as a number or as a text. */
export function readRedrivePolicy(text: string | undefined): RedrivePolicy | undefined {
  const policy = text === undefined ? undefined : readObject(text);
  const maxReceiveCount = Number(policy?.maxReceiveCount);
  const { deadLetterTargetArn } = policy ?? {};
  if (typeof deadLetterTargetArn !== "string") return undefined;
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1_000) return undefined;
  return { deadLetterTargetArn, maxReceiveCount };
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** A numeric attribute in force. */
export function numberOf(queue: Pick<Queue, "attributes">, name: keyof typeof DEFAULTS): number {
  return Number(queue.attributes[name] ?? DEFAULTS[name]);
}
