import { deliveryPolicyFault } from "../delivery/delivery-policy.ts";
import { PolicyFault } from "../filter-policy/condition.ts";
import { compileFilterPolicy } from "../filter-policy/filter-policy.ts";
import { invalidParameter, type SnsCall, type SnsDeps } from "../operation.ts";
import type { Protocol } from "./subscription.ts";

type Attributes = Readonly<Record<string, string>>;

const UNSUPPORTED: Readonly<Record<string, string>> = {
  SubscriptionRoleArn: "there are no delivery streams",
  ReplayPolicy: "Nephoscope keeps no archive of messages",
};

/** Refuses attributes of a subscription that can't be set. `whole` are all it will have, `prefix` goes before what is wrong. */
export function checkSubscriptionAttributes(
  { queues }: Pick<SnsDeps, "queues">,
  call: SnsCall,
  protocol: Protocol,
  fifo: boolean,
  given: Attributes,
  whole: Attributes,
  prefix: string,
): void {
  const refuse = (text: string) => invalidParameter(call, `${prefix}${text}`);
  for (const [name, value] of Object.entries(given)) {
    switch (name) {
      case "RawMessageDelivery":
        if (value !== "true" && value !== "false")
          throw refuse(`${name}: Invalid value [${value}]. Must be true or false.`);
        if (value === "true" && protocol.startsWith("email")) {
          throw refuse(`${name}: Delivery protocol [${protocol}] does not support raw message delivery.`);
        }
        break;
      case "FilterPolicy":
        break;
      case "FilterPolicyScope":
        if (value !== "MessageAttributes" && value !== "MessageBody")
          throw refuse(`${name}: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`);
        break;
      case "DeliveryPolicy": {
        const fault = value === "" ? undefined : deliveryPolicyFault(value, "subscription");
        if (fault !== undefined) throw refuse(`${name}: ${fault}`);
        if (value !== "" && protocol !== "http" && protocol !== "https")
          throw refuse(`${name}: Delivery policies are for http and https`);
        break;
      }
      case "RedrivePolicy":
        if (value !== "") checkRedrivePolicy(queues, value, fifo, refuse);
        break;
      default: {
        const reason = Object.hasOwn(UNSUPPORTED, name) ? UNSUPPORTED[name] : undefined;
        if (reason !== undefined) throw refuse(`${name} is not supported: ${reason}`);
        throw prefix === "" ? invalidParameter(call, "AttributeName") : refuse(`Unknown attribute ${name}`);
      }
    }
  }
  // The scope decides how a policy is read, whichever of the two is set last.
  const { FilterPolicy: policy = "", FilterPolicyScope: scope } = whole;
  if (policy === "" || isEmptyPolicy(policy)) return;
  try {
    compileFilterPolicy(policy, scope === "MessageBody" ? "MessageBody" : "MessageAttributes");
  } catch (error) {
    if (error instanceof PolicyFault) throw refuse(error.message);
    throw error;
  }
}

/** `{}` takes a policy away (SNS API reference, SetSubscriptionAttributes). */
export const isEmptyPolicy = (text: string): boolean => /^\s*\{\s*\}\s*$/.test(text);

function checkRedrivePolicy(
  queues: SnsDeps["queues"],
  text: string,
  fifo: boolean,
  refuse: (text: string) => Error,
): void {
  const arn = deadLetterArn(text);
  if (arn === undefined) throw refuse("RedrivePolicy: must be a JSON object with deadLetterTargetArn");
  if (!queues.takes(arn)) throw refuse(`RedrivePolicy: deadLetterTargetArn is an invalid arn`);
  if (queues.find(arn) === undefined)
    throw refuse(`RedrivePolicy: deadLetterTargetArn: the queue ${arn} does not exist`);
  if (fifo !== arn.endsWith(".fifo")) {
    throw refuse(
      fifo
        ? "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic"
        : "RedrivePolicy: must use a standard queue as DLQ for a standard topic",
    );
  }
}

/** Where a subscription's undeliverable messages go. */
export function deadLetterArn(redrivePolicy: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(redrivePolicy ?? "");
    const arn =
      typeof value === "object" && value !== null && "deadLetterTargetArn" in value
        ? value.deadLetterTargetArn
        : undefined;
    return typeof arn === "string" ? arn : undefined;
  } catch {
    return undefined;
  }
}
