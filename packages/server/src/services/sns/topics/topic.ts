import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import { invalidParameter, type SnsCall, type SnsDeps } from "../operation.ts";

/** A topic as it is kept. */
export interface Topic {
  /** As they were set, checked; what is missing has its default. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Subscriptions that were removed, for the attribute that shows them. */
  readonly removedSubscriptions: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface Scope {
  readonly account: string;
  readonly region: string;
}

export const TOPIC_KIND = "sns.topic";

export const topicRef = ({ account, region }: Scope, name: string): ResourceRef => ({
  kind: TOPIC_KIND,
  account,
  region,
  key: name,
});

export const topicArn = ({ account, region }: Scope, name: string): string =>
  `arn:aws:sns:${region}:${account}:${name}`;
export const arnOfTopic = ({ ref }: Resource<Topic>): string => topicArn(ref, ref.key);

export const isFifo = ({ ref }: Resource<Topic>): boolean => ref.key.endsWith(".fifo");

export function parseTopicArn(arn: string): (Scope & { readonly name: string }) | undefined {
  const match = /^arn:aws[a-z-]*:sns:([a-z0-9-]{1,64}):(\d{12}):([A-Za-z0-9_.-]{1,256})$/.exec(arn);
  const [, region, account, name] = match ?? [];
  return region === undefined || account === undefined || name === undefined ? undefined : { region, account, name };
}

export function findTopic(state: State, arn: string): Resource<Topic> | undefined {
  const place = parseTopicArn(arn);
  return place === undefined ? undefined : state.get<Topic>(topicRef(place, place.name));
}

/**
 * The topic of an ARN, of the call's region and of whatever account: whether the caller may use it was decided by the topic's
 * policy before.
 */
export function requireTopic(
  { state }: Pick<SnsDeps, "state">,
  call: SnsCall,
  arn: string,
  parameter = "TopicArn",
): Resource<Topic> {
  const parts = arn.split(":").length;
  if (parts < 6)
    throw invalidParameter(call, `${parameter} Reason: An ARN must have at least 6 elements, not ${parts}`);
  const place = parseTopicArn(arn);
  if (place === undefined || place.region !== call.region) throw invalidParameter(call, parameter);
  const topic = state.get<Topic>(topicRef(place, place.name));
  if (topic === undefined) throw call.error("NotFoundException", "Topic does not exist");
  return topic;
}
