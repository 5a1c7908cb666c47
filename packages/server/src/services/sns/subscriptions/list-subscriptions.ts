import type { Resource } from "../../../platform/state/state.ts";
import type { SnsOperation } from "../operation.ts";
import { makePageToken, PAGE, readPageToken } from "../page-token.ts";
import { requireTopic, topicArn } from "../topics/topic.ts";
import { SUBSCRIPTION_KIND, type Subscription, subscriptionArn, topicNameOf } from "./subscription.ts";

function describe({ ref, document }: Resource<Subscription>) {
  return {
    SubscriptionArn: document.pending === undefined ? subscriptionArn(ref) : "PendingConfirmation",
    Owner: ref.account,
    Protocol: document.protocol,
    Endpoint: document.endpoint,
    TopicArn: topicArn(ref, topicNameOf(ref.key)),
  };
}

function pageOf(found: readonly Resource<Subscription>[]) {
  const page = found.slice(0, PAGE);
  const last = page.at(-1);
  return {
    Subscriptions: page.map(describe),
    ...(found.length > PAGE && last !== undefined && { NextToken: makePageToken(last.ref.key) }),
  };
}

export const listSubscriptions: SnsOperation<"ListSubscriptions"> = async (input, call, { state }) => {
  const { account, region } = call;
  const after = readPageToken(call, input.NextToken);
  return pageOf(state.list<Subscription>({ kind: SUBSCRIPTION_KIND, account, region, after, limit: PAGE + 1 }));
};

export const listSubscriptionsByTopic: SnsOperation<"ListSubscriptionsByTopic"> = async (input, call, deps) => {
  const { account, region, key } = requireTopic(deps, call, input.TopicArn).ref;
  const after = readPageToken(call, input.NextToken);
  const prefix = `${key}:`;
  return pageOf(
    deps.state.list<Subscription>({ kind: SUBSCRIPTION_KIND, account, region, prefix, after, limit: PAGE + 1 }),
  );
};
