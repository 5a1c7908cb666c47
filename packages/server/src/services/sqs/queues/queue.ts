import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { SqsCall, SqsDeps } from "../operation.ts";

/** A queue as it is kept. */
export interface Queue {
  /** Number of this incarnation: a queue made again under its name never shows its predecessor's messages. */
  readonly queueId: number;
  /** As they were set, checked; what is missing has its default. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt?: number;
}

export interface Scope {
  readonly account: string;
  readonly region: string;
}

export const QUEUE_KIND = "sqs.queue";

export const queueRef = ({ account, region }: Scope, name: string): ResourceRef => ({
  kind: QUEUE_KIND,
  account,
  region,
  key: name,
});

export const queueArn = ({ account, region }: Scope, name: string): string =>
  `arn:aws:sqs:${region}:${account}:${name}`;

export const arnOfQueue = ({ ref }: Resource<Queue>): string => queueArn(ref, ref.key);

export function parseQueueArn(arn: string): (Scope & { readonly name: string }) | undefined {
  const match = /^arn:aws[a-z-]*:sqs:([a-z0-9-]{1,64}):(\d{12}):([A-Za-z0-9_.-]{1,80})$/.exec(arn);
  const [, region, account, name] = match ?? [];
  return region === undefined || account === undefined || name === undefined ? undefined : { region, account, name };
}

export function findQueueByArn(state: State, arn: string): Resource<Queue> | undefined {
  const place = parseQueueArn(arn);
  return place === undefined ? undefined : state.get<Queue>(queueRef(place, place.name));
}

export const queueUrl = (publicUrl: string, account: string, name: string): string => `${publicUrl}/${account}/${name}`;

export const isFifo = ({ document }: Resource<Queue>): boolean => document.attributes.FifoQueue === "true";

/**
 * What a URL names. Its last two parts are account and queue; the rest is an address under which the client found us, which may
 * have changed since. A name alone is one of the caller's. The region is the call's.
 */
export function placeOfUrl(call: Scope, url: string): (Scope & { readonly name: string }) | undefined {
  const [, account, name] =
    /^(?:[a-z]+:\/\/[^/?#]*)?\/?(?:[^?#]*\/)?(\d{12})\/([A-Za-z0-9_.-]{1,80})\/?$/.exec(url) ?? [];
  const { region } = call;
  if (account !== undefined && name !== undefined) return { account, region, name };
  return /^[A-Za-z0-9_.-]{1,80}$/.test(url) ? { account: call.account, region, name: url } : undefined;
}

/** The queue of a URL, of whatever account: whether the caller may use it was decided by the queue's policy before. */
export function requireQueue({ state }: Pick<SqsDeps, "state">, call: SqsCall, url: string): Resource<Queue> {
  const place = placeOfUrl(call, url);
  const queue = place === undefined ? undefined : state.get<Queue>(queueRef(place, place.name));
  if (queue === undefined) throw call.error("QueueDoesNotExist", "The specified queue does not exist.");
  return queue;
}
