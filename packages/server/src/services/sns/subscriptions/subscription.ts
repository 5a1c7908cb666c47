import { createHash } from "node:crypto";
import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import { invalidParameter, type SnsCall, type SnsDeps } from "../operation.ts";
import type { Scope } from "../topics/topic.ts";

/** What Nephoscope delivers by. */
export type Protocol = "email" | "email-json" | "http" | "https" | "lambda" | "sqs";

/** A subscription as it is kept, under `<topic's name>:<id>`. */
export interface Subscription {
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** As they were set, checked. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Undefined once it is confirmed. */
  readonly pending: { readonly tokenHash: string; readonly expiresAt: number } | undefined;
  /** Confirmed by a signed call that asked for it: then unsubscribing needs a signed call too. */
  readonly authenticatesUnsubscribe: boolean;
  /** Confirmed by a signed call. */
  readonly confirmedByCall: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export const SUBSCRIPTION_KIND = "sns.subscription";

export const subscriptionRef = ({ account, region }: Scope, key: string): ResourceRef => ({
  kind: SUBSCRIPTION_KIND,
  account,
  region,
  key,
});

export const subscriptionArn = ({ account, region, key }: ResourceRef): string =>
  `arn:aws:sns:${region}:${account}:${key}`;

/** The topic of a subscription, by the key it is kept under. */
export const topicNameOf = (key: string): string => key.slice(0, key.indexOf(":"));

/** One endpoint has one subscription to a topic: this finds it. */
export function endpointRef(scope: Scope, topicName: string, protocol: string, endpoint: string): ResourceRef {
  const hash = createHash("sha256").update(endpoint).digest("hex");
  return {
    kind: "sns.endpoint",
    account: scope.account,
    region: scope.region,
    key: `${topicName}:${protocol}:${hash}`,
  };
}

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/** What a token confirms. Kept under the token's hash, so that who reads the store can't confirm. */
export interface Token {
  readonly account: string;
  readonly region: string;
  readonly subscription: string;
  readonly expiresAt: number;
}

export const TOKEN_KIND = "sns.token";
export const tokenRef = (hash: string): ResourceRef => ({ kind: TOKEN_KIND, account: "", region: "", key: hash });

export function parseSubscriptionArn(arn: string): (Scope & { readonly key: string }) | undefined {
  const match = /^arn:aws[a-z-]*:sns:([a-z0-9-]{1,64}):(\d{12}):([A-Za-z0-9_.-]{1,256}:[0-9a-f-]{36})$/.exec(arn);
  const [, region, account, key] = match ?? [];
  return region === undefined || account === undefined || key === undefined ? undefined : { region, account, key };
}

export function findSubscription(state: State, arn: string): Resource<Subscription> | undefined {
  const place = parseSubscriptionArn(arn);
  return place === undefined ? undefined : state.get<Subscription>(subscriptionRef(place, place.key));
}

/** Where an ARN points, if it is one of the caller's. */
export function requireSubscriptionPlace(call: SnsCall, arn: string): Scope & { readonly key: string } {
  const parts = arn.split(":").length;
  if (parts < 6)
    throw invalidParameter(call, `SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts}`);
  const place = parseSubscriptionArn(arn);
  if (place === undefined || place.region !== call.region) throw invalidParameter(call, "SubscriptionArn");
  if (place.account !== call.account) {
    throw call.error(
      "AuthorizationErrorException",
      `User: ${call.principal.arn} is not authorized to perform: SNS:${call.operation} on resource: ${arn}`,
    );
  }
  return place;
}

export function requireSubscription(
  { state }: Pick<SnsDeps, "state">,
  call: SnsCall,
  arn: string,
): Resource<Subscription> {
  const place = requireSubscriptionPlace(call, arn);
  const subscription = state.get<Subscription>(subscriptionRef(place, place.key));
  if (subscription === undefined) throw call.error("NotFoundException", "Subscription does not exist");
  return subscription;
}

/** What removes a subscription with everything that leads to it. A token leads nowhere then, and goes when its time is over. */
export function removalChanges({ ref, version, document }: Resource<Subscription>): Change[] {
  return [
    { remove: ref, expect: version },
    { remove: endpointRef(ref, topicNameOf(ref.key), document.protocol, document.endpoint), expect: "any" },
  ];
}
