import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import { resourcePolicies } from "../../platform/access/resource-policies.ts";
import type { State } from "../../platform/state/state.ts";
import type { SnsCall, SnsSdk } from "./operation.ts";
import { parseSubscriptionArn, topicNameOf } from "./subscriptions/subscription.ts";
import { findTopic, parseTopicArn, topicArn } from "./topics/topic.ts";
import { defaultPolicy } from "./topics/topic-attributes.ts";

/** AWS's texts write the service in capitals. */
const of = (action: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `SNS:${action}`,
  resource,
  ...(keys !== undefined && { keys }),
});

/** The one ARN that policies know a topic by, however the call wrote it. */
function topic(arn: string): string {
  const place = parseTopicArn(arn);
  return place === undefined ? arn : topicArn(place, place.name);
}

const ofTopic =
  (action: string) =>
  (input: { readonly TopicArn: string }): Need =>
    of(action, topic(input.TopicArn));

/** Subscriptions have no policy of their own: what is done to one is decided on its topic. */
const ofSubscription =
  (action: string) =>
  (input: { readonly SubscriptionArn: string }): Need => {
    const place = parseSubscriptionArn(input.SubscriptionArn);
    return of(action, place === undefined ? input.SubscriptionArn : topicArn(place, topicNameOf(place.key)));
  };

const everyTopic = (action: string, call: SnsCall): Need => of(action, topicArn(call, "*"));

/** What each operation of SNS needs (Service Authorization Reference, "SNS"). */
export function snsAccess({ state }: { readonly state: State }): ServiceAccess {
  const policies = resourcePolicies();
  return serviceAccess<SnsSdk>(
    {
      AddPermission: ofTopic("AddPermission"),
      ConfirmSubscription: ofTopic("ConfirmSubscription"),
      CreateTopic: (input, call) => {
        const keys = requestTags(input.Tags);
        const need = of("CreateTopic", topicArn(call, input.Name), keys);
        return (input.Tags ?? []).length === 0 ? need : [need, { ...need, action: "SNS:TagResource" }];
      },
      DeleteTopic: ofTopic("DeleteTopic"),
      GetSubscriptionAttributes: ofSubscription("GetSubscriptionAttributes"),
      GetTopicAttributes: ofTopic("GetTopicAttributes"),
      ListSubscriptions: (_input, call) => everyTopic("ListSubscriptions", call),
      ListSubscriptionsByTopic: ofTopic("ListSubscriptionsByTopic"),
      ListTagsForResource: (input) => of("ListTagsForResource", topic(input.ResourceArn)),
      ListTopics: (_input, call) => everyTopic("ListTopics", call),
      Publish: (input, call) => {
        const arn = input.TopicArn ?? input.TargetArn;
        return arn === undefined ? everyTopic("Publish", call) : of("Publish", topic(arn));
      },
      PublishBatch: ofTopic("Publish"),
      RemovePermission: ofTopic("RemovePermission"),
      SetSubscriptionAttributes: ofSubscription("SetSubscriptionAttributes"),
      SetTopicAttributes: ofTopic("SetTopicAttributes"),
      Subscribe: (input) =>
        of("Subscribe", topic(input.TopicArn), { "sns:Protocol": input.Protocol, "sns:Endpoint": input.Endpoint }),
      TagResource: (input) => of("TagResource", topic(input.ResourceArn), requestTags(input.Tags)),
      Unsubscribe: ofSubscription("Unsubscribe"),
      UntagResource: (input) => of("UntagResource", topic(input.ResourceArn), tagKeys(input.TagKeys)),
    },
    {
      deniedBy: "AuthorizationErrorException",
      resource(arn) {
        const found = findTopic(state, arn);
        if (found === undefined) return undefined;
        const { attributes, tags } = found.document;
        const { account } = found.ref;
        return { account, policy: policies.compile(attributes.Policy ?? defaultPolicy(arn, account), arn), tags };
      },
    },
  );
}
