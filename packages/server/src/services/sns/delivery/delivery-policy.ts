import { HTTP_SCHEDULE, type RetrySchedule } from "../../../platform/outbox/retry-schedule.ts";

/** How a webhook is tried (SNS developer guide, "Creating an HTTP/S delivery policy"). */
export interface DeliveryPolicy {
  readonly healthyRetryPolicy: RetrySchedule;
  /** Most deliveries in a second. */
  readonly throttlePolicy: { readonly maxReceivesPerSecond: number } | null;
  readonly requestPolicy: { readonly headerContentType: string };
}

const CONTENT_TYPE = "text/plain; charset=UTF-8";
/** What AWS lets a policy name; a type decides how a receiver reads the body, never what else goes into the head. */
const CONTENT_TYPES =
  /^(text\/(css|csv|html|plain|xml)|application\/(atom\+xml|json|octet-stream|soap\+xml|x-www-form-urlencoded|xhtml\+xml|xml))(; ?charset=utf-8)?$/i;

/** Retries may last an hour in all (same page). */
const LONGEST_SECONDS = 3_600;
const MOST_RETRIES = 100;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a policy, or undefined. A topic's stands under `http`, with longer names. */
export function deliveryPolicyFault(text: string, of: "topic" | "subscription"): string | undefined {
  const policy = readJson(text);
  if (policy === undefined) return "failed to parse JSON";
  const known =
    of === "topic"
      ? ["http"]
      : ["healthyRetryPolicy", "sicklyRetryPolicy", "throttlePolicy", "requestPolicy", "guaranteed"];
  const stranger = Object.keys(policy).find((key) => !known.includes(key));
  if (stranger !== undefined) return `unexpected JSON member: ${stranger}`;
  if (of === "subscription") return partsFault(policy.healthyRetryPolicy, policy.throttlePolicy, policy.requestPolicy);
  if (!isObject(policy.http)) return "http must be an object";
  const { defaultHealthyRetryPolicy, defaultThrottlePolicy, defaultRequestPolicy, disableSubscriptionOverrides } =
    policy.http;
  if (disableSubscriptionOverrides !== undefined && typeof disableSubscriptionOverrides !== "boolean")
    return "disableSubscriptionOverrides must be true or false";
  return partsFault(defaultHealthyRetryPolicy, defaultThrottlePolicy, defaultRequestPolicy);
}

function partsFault(retry: unknown, throttle: unknown, request: unknown): string | undefined {
  if (retry !== undefined && retry !== null) {
    const fault = retryFault(retry);
    if (fault !== undefined) return `healthyRetryPolicy.${fault}`;
  }
  if (throttle !== undefined && throttle !== null) {
    const rate = isObject(throttle) ? throttle.maxReceivesPerSecond : undefined;
    if (rate !== undefined && rate !== null && (typeof rate !== "number" || !Number.isInteger(rate) || rate < 1))
      return "throttlePolicy.maxReceivesPerSecond must be a whole number from 1";
  }
  if (request !== undefined && request !== null) {
    const type = isObject(request) ? request.headerContentType : undefined;
    if (type !== undefined && (typeof type !== "string" || !CONTENT_TYPES.test(type)))
      return "requestPolicy.headerContentType is not a content type that can be chosen";
  }
  return undefined;
}

function retryFault(value: unknown): string | undefined {
  if (!isObject(value)) return "must be an object";
  const merged = { ...HTTP_SCHEDULE, ...value };
  for (const name of ["numRetries", "numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries"] as const) {
    const number: unknown = merged[name];
    if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > MOST_RETRIES)
      return `${name} must be a whole number from 0 to ${MOST_RETRIES}`;
  }
  for (const name of ["minDelayTarget", "maxDelayTarget"] as const) {
    const number: unknown = merged[name];
    if (typeof number !== "number" || number < 1 || number > LONGEST_SECONDS)
      return `${name} must be from 1 to ${LONGEST_SECONDS}`;
  }
  if (merged.minDelayTarget > merged.maxDelayTarget)
    return "maxDelayTarget must be greater than or equal to minDelayTarget";
  const phases = merged.numNoDelayRetries + merged.numMinDelayRetries + merged.numMaxDelayRetries;
  if (phases > merged.numRetries)
    return "numRetries must be greater than or equal to the sum of the other numbers of retries";
  if (!["linear", "arithmetic", "geometric", "exponential"].includes(String(merged.backoffFunction)))
    return "backoffFunction must be one of linear, arithmetic, geometric, exponential";
  return undefined;
}

/** A topic's policy with its defaults, as GetTopicAttributes shows it. */
export function effectiveTopicPolicy(text: string | undefined) {
  const http = text === undefined ? {} : ((readJson(text)?.http ?? {}) as Readonly<Record<string, object | undefined>>);
  return {
    http: {
      defaultHealthyRetryPolicy: { ...HTTP_SCHEDULE, ...http.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: (http.disableSubscriptionOverrides as unknown) === true,
      ...(http.defaultThrottlePolicy !== undefined && { defaultThrottlePolicy: http.defaultThrottlePolicy }),
      defaultRequestPolicy: { headerContentType: CONTENT_TYPE, ...http.defaultRequestPolicy },
    },
  };
}

/** The policy that is in force for a subscription: its own, else its topic's, else AWS's. Both texts were checked when set. */
export function effectivePolicy(subscription: string | undefined, topic: string | undefined): DeliveryPolicy {
  const { http } = effectiveTopicPolicy(topic);
  const own = subscription === undefined || http.disableSubscriptionOverrides ? undefined : readJson(subscription);
  const throttle = (own?.throttlePolicy ?? http.defaultThrottlePolicy) as
    | { maxReceivesPerSecond?: number }
    | null
    | undefined;
  const rate = throttle?.maxReceivesPerSecond;
  return {
    healthyRetryPolicy: {
      ...http.defaultHealthyRetryPolicy,
      ...(isObject(own?.healthyRetryPolicy) && own.healthyRetryPolicy),
    },
    throttlePolicy: rate === undefined || rate === null ? null : { maxReceivesPerSecond: rate },
    requestPolicy: { ...http.defaultRequestPolicy, ...(isObject(own?.requestPolicy) && own.requestPolicy) },
  };
}
