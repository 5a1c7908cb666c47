import { queryCache } from "../api/query-cache.ts";
import { listOf, recordOf, textOf } from "../api/query-xml.ts";
import { sns } from "../api/services.ts";
import { currentRegion, currentSession } from "../api/session.ts";

export interface Subscription {
  /** Absent while the subscription waits to be confirmed. */
  readonly arn: string | undefined;
  readonly protocol: string;
  readonly endpoint: string;
  readonly topicArn: string;
}

/** Pages of 100 that are fetched for a list. */
const MOST_PAGES = 50;

/** ARNs of all topics. */
export async function listTopics(signal?: AbortSignal): Promise<readonly string[]> {
  const found = await pagesOf("ListTopics", {}, "Topics", signal);
  return found.flatMap((topic) => textOf(recordOf(topic).TopicArn) ?? []);
}

export async function subscriptionsOf(TopicArn: string, signal?: AbortSignal): Promise<readonly Subscription[]> {
  const found = await pagesOf("ListSubscriptionsByTopic", { TopicArn }, "Subscriptions", signal);
  return found.map((each) => {
    const { SubscriptionArn, Protocol, Endpoint, TopicArn: topicArn } = recordOf(each);
    const arn = textOf(SubscriptionArn);
    return {
      arn: arn === "PendingConfirmation" ? undefined : arn,
      protocol: textOf(Protocol) ?? "",
      endpoint: textOf(Endpoint) ?? "",
      topicArn: textOf(topicArn) ?? "",
    };
  });
}

async function pagesOf(operation: string, input: object, list: string, signal?: AbortSignal) {
  const found = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = recordOf(await sns(operation, { ...input, NextToken }, signal));
    found.push(...listOf(answer[list]));
    NextToken = textOf(answer.NextToken) || undefined;
    if (NextToken === undefined) return found;
  }
  throw new Error(`There are more than ${MOST_PAGES * 100} entries, which this list can not show. Use the AWS CLI.`);
}

/** Attributes of a topic by AWS's names (GetTopicAttributes). */
export async function topicAttributes(TopicArn: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { Attributes } = recordOf(await sns("GetTopicAttributes", { TopicArn }, signal));
  return new Map(Object.entries(recordOf(Attributes)).map(([name, value]) => [name, textOf(value) ?? ""]));
}

export interface Publication {
  readonly subject: string;
  readonly message: string;
  /** For FIFO topics only. */
  readonly groupId: string;
}

/** Sends a message to all subscribers; gives its id. */
export async function publish(TopicArn: string, { subject, message, groupId }: Publication): Promise<string> {
  const answer = recordOf(
    await sns("Publish", {
      TopicArn,
      Message: message,
      Subject: subject === "" ? undefined : subject,
      // Each press of the button is a message of its own.
      ...(TopicArn.endsWith(".fifo") && { MessageGroupId: groupId, MessageDeduplicationId: crypto.randomUUID() }),
    }),
  );
  return textOf(answer.MessageId) ?? "";
}

export async function createTopic(Name: string): Promise<string> {
  const Attributes = Name.endsWith(".fifo") ? new Map([["FifoTopic", "true"]]) : undefined;
  const arn = textOf(recordOf(await sns("CreateTopic", { Name, Attributes })).TopicArn);
  if (arn === undefined) throw new Error("The service made the topic and did not tell its ARN.");
  await topicsChanged();
  return arn;
}

export async function deleteTopic(TopicArn: string): Promise<void> {
  await sns("DeleteTopic", { TopicArn });
  await topicsChanged();
}

export async function subscribe(TopicArn: string, Protocol: string, Endpoint: string): Promise<void> {
  await sns("Subscribe", { TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true });
  await topicsChanged();
}

export async function unsubscribe(SubscriptionArn: string): Promise<void> {
  await sns("Unsubscribe", { SubscriptionArn });
  await topicsChanged();
}

export const topicsChanged = () => queryCache.invalidateQueries({ queryKey: ["sns"] });

export const nameOfTopic = (arn: string): string => arn.split(":").slice(5).join(":");

/** The topic of that name in the region that is open. */
export const arnOfTopic = (name: string): string =>
  `arn:aws:sns:${currentRegion()}:${currentSession()?.account ?? ""}:${name}`;

/** Why a text can not be a topic's name (API reference, CreateTopic). */
export const topicNameFault = (name: string): string | undefined =>
  /^[A-Za-z0-9_-]{1,256}$/.test(name.replace(/\.fifo$/, "")) && name.length <= 256
    ? undefined
    : "A topic's name has 1 to 256 letters, digits, - and _. That of a FIFO topic ends in .fifo.";
